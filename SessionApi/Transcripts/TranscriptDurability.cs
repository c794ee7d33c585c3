using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>Waits until something that an agent CLI reported is also in its transcript.</summary>
internal sealed class TranscriptDurability(TimeProvider time)
{
    private const long TailBytes = 1024 * 1024;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The same for a line near the end: only what a CLI writes behind it in one go lies between.</summary>
    public Task<bool> WaitNearEndAsync(string path, ReadOnlyMemory<byte> needle, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        return WaitAsync(path, file.Exists ? Math.Max(0, file.Length - TailBytes) : 0, needle, timeout, cancellationToken);
    }

    /// <summary>Whether it is so now.</summary>
    public Task<bool> IsNearEndAsync(string path, ReadOnlyMemory<byte> needle, CancellationToken cancellationToken) =>
        WaitNearEndAsync(path, needle, TimeSpan.Zero, cancellationToken);

    /// <summary>
    /// True once a complete line at or after <paramref name="fromOffset"/> contains <paramref name="needle"/>, such as the uuid
    /// of a turn's last message; false when that has not happened within <paramref name="timeout"/>.
    /// </summary>
    public async Task<bool> WaitAsync(
        string path, long fromOffset, ReadOnlyMemory<byte> needle, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        SafeFileHandle? file = null;
        TranscriptLineReader? reader = null;
        try
        {
            while (true)
            {
                // The CLI creates the file with its first message.
                if (file is null && File.Exists(path))
                {
                    file = TranscriptLineReader.Open(path);
                    reader = new TranscriptLineReader(file, fromOffset);
                }

                if (reader is not null && await ContainsAsync(reader, needle, cancellationToken))
                {
                    return true;
                }

                if (time.GetElapsedTime(started) >= timeout)
                {
                    return false;
                }

                await Task.Delay(PollInterval, time, cancellationToken);
            }
        }
        finally
        {
            reader?.Dispose();
            file?.Dispose();
        }
    }

    private static async ValueTask<bool> ContainsAsync(TranscriptLineReader reader, ReadOnlyMemory<byte> needle, CancellationToken cancellationToken)
    {
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                if (line.Span.IndexOf(needle.Span) >= 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
