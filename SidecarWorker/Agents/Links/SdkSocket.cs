using System.Net.WebSockets;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>
/// One socket that a CLI has opened to us, read as a stream of lines: the end of a frame is the end of a line, whether or not the CLI wrote one.
/// The stream ends with the peer's close and breaks when the line is cut.
/// </summary>
internal sealed class SdkSocket(WebSocket socket, TimeProvider time) : Stream
{
    // How long the peer may take to answer our close; then the line is cut.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _cut = new();
    private int _closing;
    private bool _owesLineEnd;

    /// <summary>What comes from it is no longer wanted.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Fires when it is cut.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Sends one line, whole or not at all as far as we can know.</summary>
    /// <exception cref="WebSocketException">The line is cut.</exception>
    /// <exception cref="OperationCanceledException">Likewise, by us.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> line) => socket.SendAsync(line, WebSocketMessageType.Text, endOfMessage: true, Cut);

    /// <summary>Closes it. What the peer still says before its own close is read.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return;
        }

        // Both the sending of our close and the waiting for the peer's: one that does not read keeps us from neither.
        _ = CutAfterAsync(ClosePatience);
        try
        {
            await socket.CloseOutputAsync(status, reason, Cut);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // It was cut meanwhile, which closes it as well.
        }
    }

    /// <summary>Closes it because it belongs to nobody any more; what it says from now on is ignored.</summary>
    public Task RefuseAsync(string reason)
    {
        IsStale = true;
        return CloseAsync(WebSocketCloseStatus.PolicyViolation, reason);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_owesLineEnd)
        {
            buffer.Span[0] = (byte)'\n';
            _owesLineEnd = false;
            return 1;
        }

        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return 0;
            }

            _owesLineEnd = received.EndOfMessage;
            if (received.Count > 0)
            {
                return received.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cut.Cancel(); // ends the wait of a close that nobody answered
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task CutAfterAsync(TimeSpan patience)
    {
        await Task.Delay(patience, time, Cut).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cut.CancelAsync();
    }
}
