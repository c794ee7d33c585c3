using System.Net.WebSockets;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>The sockets of one run, one after the other: which of them is there, and what it may not have delivered.</summary>
internal sealed class SdkSockets(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SentLines _sent = new(time);
    private readonly TaskCompletionSource _attached = NewSignal();
    private TaskCompletionSource _changed = NewSignal();
    private SdkSocket? _newest;
    private SdkSocket? _open; // that lines are sent on: the newest, when it has what the one before may not have delivered
    private int _serving;
    private bool _closed;

    /// <summary>Completes with the first socket.</summary>
    public Task Attached => _attached.Task;

    /// <summary>From now on no socket is taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    /// <summary>Takes a socket in the place of the one before. False when none is taken any more.</summary>
    public bool TryAttach(SdkSocket socket, out SdkSocket? before)
    {
        lock (_gate)
        {
            before = _newest;
            if (_closed)
            {
                return false;
            }

            (_newest, _open) = (socket, null);
            _serving++;
        }

        _attached.TrySetResult();
        return true;
    }

    /// <summary>Sends again what the one before may not have delivered; then the next lines go out on it.</summary>
    public async Task OpenAsync(SdkSocket socket)
    {
        foreach (var line in _sent.Lost(socket))
        {
            await TrySendAsync(socket, () => _sent.BeginAgain(line, socket));
        }

        lock (_gate)
        {
            if (_newest == socket)
            {
                _open = socket;
                Signal();
            }
        }
    }

    /// <summary>Nothing more is sent on it; what it still holds is read.</summary>
    public void Detach(SdkSocket socket)
    {
        lock (_gate)
        {
            _open = _open == socket ? null : _open;
            _newest = _newest == socket ? null : _newest;
        }

        _sent.Lose(socket);
    }

    /// <summary>It has been read to its end.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _serving--;
            Signal();
        }
    }

    /// <summary>The socket that is open, or the next one; null when the process has ended.</summary>
    public async Task<SdkSocket?> NextAsync(Task exit, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (exit.IsCompleted || _open is not null)
                {
                    return exit.IsCompleted ? null : _open;
                }

                changed = _changed.Task;
            }

            await Task.WhenAny(changed, exit).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends a line. False when another socket is there by now; otherwise, if it is not delivered, it is sent again on the next.</summary>
    public Task<bool> TrySendAsync(SdkSocket socket, ReadOnlyMemory<byte> line) => TrySendAsync(socket, () => _sent.Begin(socket, line));

    /// <summary>Waits until all sockets have been read to their end. One that is still open when there is no time left is closed, unheard.</summary>
    public async Task EndAsync(string reason, CancellationToken drained)
    {
        while (true)
        {
            Task changed;
            SdkSocket? left;
            lock (_gate)
            {
                if (_serving == 0)
                {
                    return;
                }

                (changed, left) = (_changed.Task, _newest);
            }

            if (drained.IsCancellationRequested)
            {
                await (left?.RefuseAsync(reason) ?? Task.CompletedTask);
                await changed;
            }
            else
            {
                await changed.WaitAsync(drained).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> TrySendAsync(SdkSocket socket, Func<SentLine> begin)
    {
        SentLine sent;
        lock (_gate)
        {
            if (_newest != socket)
            {
                return false;
            }

            sent = begin();
        }

        try
        {
            await socket.SendAsync(sent.Line);
            _ = _sent.ForgetAsync(sent);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Detach(socket);
        }

        return true;
    }

    /// <summary>Under the gate: who waits for a socket, or for the end of one, looks again.</summary>
    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}
