using System.Text;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>
/// Drains what a sidecar writes, always and as fast as it can, whether or not anybody wants it: a full pipe would stop the program. Holds at most
/// the beginning of one line for each stream, and the last lines.
/// </summary>
/// <param name="onLine">Hears of each line of both streams.</param>
internal sealed class SidecarOutput(Action<string> onLine)
{
    private const int BufferBytes = 16 * 1024;
    private const int KeptOfLine = 4 * 1024;

    private readonly OutputTail _tail = new();
    private long _bytes;

    /// <summary>How much it has written up to now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The last lines of both streams.</summary>
    public IReadOnlyList<string> LastLines => _tail.Snapshot();

    /// <summary>Drains one stream to its end.</summary>
    /// <param name="stream">Standard output or error.</param>
    /// <param name="onLineEnd">Hears of each line of this stream.</param>
    /// <param name="cancellationToken">Gives up: somebody who has left the tree holds the pipe.</param>
    public async Task DrainAsync(Stream stream, Action? onLineEnd, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        try
        {
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                Interlocked.Add(ref _bytes, count);
                Split(buffer.AsSpan(0, count), line, onLineEnd);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe broke or draining was given up: the end of the process tells the rest.
        }

        if (line.Count > 0)
        {
            Finish(line);
        }
    }

    private void Split(ReadOnlySpan<byte> bytes, List<byte> line, Action? onLineEnd)
    {
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            Keep(bytes[..end], line);
            Finish(line);
            onLineEnd?.Invoke();
        }

        Keep(bytes, line);
    }

    private static void Keep(ReadOnlySpan<byte> bytes, List<byte> line) => line.AddRange(bytes[..Math.Min(bytes.Length, KeptOfLine - line.Count)]);

    private void Finish(List<byte> line)
    {
        var text = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line)).TrimEnd('\r');
        text = Secrets.Redact(text);
        line.Clear();
        _tail.Add(text);
        onLine(text);
    }
}
