using System.Buffers;
using System.Net.WebSockets;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// One client socket. Frames are queued without waiting and sent by one loop that exists only while there is something to send; a client
/// that falls too far behind is closed, so that it costs its own queue and nobody else's time.
/// </summary>
internal sealed partial class LiveConnection(WebSocket socket, LiveOptions options, TimeProvider time, ILogger logger)
{
    // How long the peer may take to answer a close; then the connection is cut.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    // Enough for every control message; a longer message takes a buffer of its size while it is received.
    private const int ReceiveBufferBytes = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _queue = new(capacity: 0);
    private long _queuedBytes;
    private bool _sending;
    private (WebSocketCloseStatus Status, string Reason)? _closing;
    private TaskCompletionSource? _closed; // exists from the moment when the socket is asked to close
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The client asked for numbered frames, to go on after a break where it was.</summary>
    public bool IsResumable { get; init; }

    /// <summary>The last numbered frame that its client said it has. Kept by the session's stream, under the session's gate.</summary>
    public FrameId Seen { get; set; }

    /// <summary>Queues a frame. After the socket was asked to close, nothing is queued any more.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            if (_closing is not null)
            {
                return;
            }

            if (_queuedBytes + frame.Length > options.MaxQueuedBytes)
            {
                Log.SlowConsumer(logger, _queuedBytes);
                _queue.Clear();
                _queuedBytes = 0;
                BeginClose((WebSocketCloseStatus)1013, "slow consumer");
            }
            else
            {
                _queue.Enqueue(frame);
                _queuedBytes += frame.Length;
            }

            StartSending();
        }
    }

    /// <summary>Sends what is queued, then closes the socket.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_gate)
        {
            BeginClose(status, reason);
            StartSending();
        }
    }

    /// <summary>Waits until the socket has said its last word, or was cut because the peer did not listen.</summary>
    public Task WaitUntilClosedAsync()
    {
        Close(WebSocketCloseStatus.NormalClosure, "");
        return _closed!.Task;
    }

    /// <summary>Gives every message to <paramref name="onMessage"/> until the socket ends. Never throws for what the peer does.</summary>
    public async Task ReceiveAsync(Action<ReadOnlyMemory<byte>> onMessage, CancellationToken cancellationToken)
    {
        try
        {
            while (await ReceiveMessageAsync(onMessage, cancellationToken))
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            Log.Aborted(logger, exception.Message); // the line was cut: the same as a close
        }
        finally
        {
            _received.TrySetResult();
        }
    }

    private async Task<bool> ReceiveMessageAsync(Action<ReadOnlyMemory<byte>> onMessage, CancellationToken cancellationToken)
    {
        // Waiting with an empty buffer: an idle socket holds no memory of ours.
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
        if (first.MessageType == WebSocketMessageType.Close)
        {
            return AnswerClose();
        }

        if (first.EndOfMessage)
        {
            onMessage(ReadOnlyMemory<byte>.Empty); // it has no content, and nothing of it will follow
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferBytes);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return AnswerClose();
                }

                length += received.Count;
                if (length > options.MaxMessageBytes)
                {
                    Close(WebSocketCloseStatus.MessageTooBig, $"A message may have {options.MaxMessageBytes} bytes.");
                    await DiscardAsync(buffer, cancellationToken);
                    return false;
                }

                if (received.EndOfMessage)
                {
                    onMessage(buffer.AsMemory(0, length));
                    return true;
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads on until the peer's close: unread bytes would make the system reset the line, and the peer would not learn why.</summary>
    private async Task DiscardAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while ((await socket.ReceiveAsync(buffer, cancellationToken)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private bool AnswerClose()
    {
        Close(WebSocketCloseStatus.NormalClosure, "");
        return false;
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private void BeginClose(WebSocketCloseStatus status, string reason)
    {
        if (_closing is null)
        {
            _closing = (status, reason);
            _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = AbortUnlessClosedAsync(Task.WhenAll(_closed.Task, _received.Task));
        }
    }

    // A peer that does not read, or does not answer the close, must not hold the socket: a send to it may be blocked for good.
    private async Task AbortUnlessClosedAsync(Task closed)
    {
        await closed.WaitAsync(ClosePatience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!closed.IsCompleted)
        {
            socket.Abort();
        }
    }

    private void StartSending()
    {
        if (!_sending)
        {
            _sending = true;
            ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.SendQueueAsync(), this, preferLocal: false);
        }
    }

    private async Task SendQueueAsync()
    {
        try
        {
            (WebSocketCloseStatus Status, string Reason)? closing;
            while (TakeNext(out closing) is { } frame)
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            if (closing is { } last)
            {
                await socket.CloseOutputAsync(last.Status, last.Reason, CancellationToken.None);
                _closed!.SetResult();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            socket.Abort(); // the receiving side sees the end and takes this connection out of its session
            lock (_gate)
            {
                BeginClose(WebSocketCloseStatus.EndpointUnavailable, "");
                _queue.Clear();
                _queuedBytes = 0;
                _closed!.SetResult();
            }
        }
    }

    /// <summary>The next frame; null when there is none, with the close that is then due. Both are decided at one moment.</summary>
    private ReadOnlyMemory<byte>? TakeNext(out (WebSocketCloseStatus Status, string Reason)? closing)
    {
        lock (_gate)
        {
            closing = null;
            if (_queue.TryDequeue(out var frame))
            {
                _queuedBytes -= frame.Length;
                return frame;
            }

            // While closing the loop counts as running: nothing may start a second one.
            closing = _closing;
            _sending = closing is not null;
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A client reads too slowly: {QueuedBytes} bytes wait for it. It is closed.")]
        public static partial void SlowConsumer(ILogger logger, long queuedBytes);

        [LoggerMessage(2, LogLevel.Debug, "A client socket ended: {Reason}")]
        public static partial void Aborted(ILogger logger, string reason);
    }
}
