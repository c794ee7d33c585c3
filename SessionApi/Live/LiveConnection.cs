using System.Net.WebSockets;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// One client socket. Frames are queued without waiting and sent by one loop that exists only while there is something to send; a client
/// that falls too far behind is closed, so that it costs its own queue and nobody else's time. One that sends too fast is read more slowly.
/// </summary>
internal sealed partial class LiveConnection(WebSocket socket, LiveSockets sockets)
{
    // How long the peer may take to answer a close; then the connection is cut.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly OutboundQueue _queue = new(sockets.Options.MaxQueuedBytes);
    private bool _sending;
    private bool _lostFrames; // what was dropped is made good by a marker before the close
    private bool _received;
    private (WebSocketCloseStatus Status, string Reason)? _closing;
    private TaskCompletionSource? _closed; // both exist from the moment when the socket is asked to close
    private TaskCompletionSource? _peerDone;
    private MessageRate _rate;

    /// <summary>Makes the frame with the session's true state, for a client that lost frames. Called without any lock held.</summary>
    public Func<ReadOnlyMemory<byte>>? State { get; set; }

    /// <summary>How much waits for this client. Readable without its lock.</summary>
    public long QueuedBytes => _queue.Bytes;

    /// <summary>Whether the socket was asked to close. Readable without its lock.</summary>
    public bool IsClosing => Volatile.Read(ref _closed) is not null;

    /// <summary>The client asked for numbered frames, to go on after a break where it was.</summary>
    public bool IsResumable { get; init; }

    /// <summary>The client has seen nothing yet, and asked for the open turn from its beginning.</summary>
    public bool JoinsTurn { get; init; }

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

            if (_queue.TryAdd(frame))
            {
                sockets.Queued(frame.Length);
                StartSending();
            }
            else
            {
                CloseAsSlow();
                return;
            }
        }

        sockets.KeepWithinLimit();
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

    /// <summary>Drops what waits for a client that reads too slowly, tells it so, and closes it.</summary>
    public void CloseAsSlow()
    {
        lock (_gate)
        {
            if (_closing is null)
            {
                Log.SlowConsumer(sockets.Logger, _queue.Bytes);
                sockets.Metrics.SlowConsumer();
                sockets.Dequeued(_queue.Drop());
                _lostFrames = true;
                BeginClose((WebSocketCloseStatus)1013, "slow consumer");
                StartSending();
            }
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
            InboundOutcome outcome;
            while ((outcome = await InboundMessage.ReceiveAsync(socket, sockets.Options.MaxMessageBytes, onMessage, cancellationToken)) == InboundOutcome.Taken)
            {
                // Unread messages stay in the peer's hands: nothing is lost, and nothing of ours grows.
                if (_rate.Count(sockets.Time, sockets.Options.MaxMessageRate, sockets.Options.MaxMessageBurst) is { Ticks: > 0 } wait)
                {
                    sockets.Metrics.Throttled();
                    await Task.Delay(wait, sockets.Time, cancellationToken);
                }
            }

            if (outcome == InboundOutcome.TooLong)
            {
                Close(WebSocketCloseStatus.MessageTooBig, $"A message may have {sockets.Options.MaxMessageBytes} bytes.");
                await InboundMessage.DiscardAsync(socket, cancellationToken);
            }
            else
            {
                Close(WebSocketCloseStatus.NormalClosure, "");
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            Log.Aborted(sockets.Logger, exception.Message); // the line was cut: the same as a close
        }
        finally
        {
            lock (_gate)
            {
                _received = true;
                _peerDone?.SetResult();
            }
        }
    }

    private void BeginClose(WebSocketCloseStatus status, string reason)
    {
        if (_closing is null)
        {
            _closing = (status, reason);
            sockets.Metrics.Closed(status);
            _peerDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_received)
            {
                _peerDone.SetResult();
            }

            _ = AbortUnlessClosedAsync(Task.WhenAll(_closed.Task, _peerDone.Task));
        }
    }

    // A peer that does not read, or does not answer the close, must not hold the socket: a send to it may be blocked for good.
    private async Task AbortUnlessClosedAsync(Task closed)
    {
        await closed.WaitAsync(ClosePatience, sockets.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                Sent();
            }

            if (closing is { } last)
            {
                if (Marker() is { } marker)
                {
                    await socket.SendAsync(marker, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }

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
                sockets.Dequeued(_queue.Clear());
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
            if (_queue.TryBegin(out var frame))
            {
                return frame;
            }

            // While closing the loop counts as running: nothing may start a second one.
            closing = _closing;
            _sending = closing is not null;
            return null;
        }
    }

    private void Sent()
    {
        lock (_gate)
        {
            sockets.Dequeued(_queue.Sent());
        }

        sockets.Metrics.FrameSent();
    }

    /// <summary>What makes up for dropped frames: one that resumes asks for them; any other reloads when the true state is not what it shows.</summary>
    private ReadOnlyMemory<byte>? Marker() => _lostFrames ? IsResumable ? Frame.Resync : State?.Invoke() : null;
}
