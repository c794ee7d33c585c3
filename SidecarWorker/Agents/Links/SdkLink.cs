using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>
/// Messages over a WebSocket that the CLI opens to us (<c>--sdk-url</c>), with a token of this run alone. A socket that drops ends nothing: input
/// waits, the CLI comes back with the same token, and what was being written goes out again. It drops what it knows by its uuid, as we do.
/// </summary>
internal sealed class SdkLink(Uri server, Guid session, AgentOptions options, TimeProvider time, Action<SdkLink> onDisposed) : IAgentLink
{
    private const string Stale = "Stale SDK token";

    private readonly byte[] _token = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true));
    private readonly InputQueue _input = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1, 1); // an earlier socket's last line comes before the next one's first
    private readonly TaskCompletionSource _attached = NewSignal();
    private readonly TaskCompletionSource<AgentLines> _carried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = NewSignal();
    private SdkSocket? _socket;
    private int _serving;
    private bool _disposed;
    private bool _hasClosedForLength;

    /// <inheritdoc/>
    public Uri SdkUrl => new(server, $"/sdk/{session:D}?token={Encoding.ASCII.GetString(_token)}");

    /// <summary>The session.</summary>
    public Guid Session => session;

    /// <summary>For how long a socket may not be read although the CLI lives.</summary>
    public TimeSpan ReadPause => options.SlowReaderPatience;

    /// <inheritdoc/>
    public Task Attached => _attached.Task;

    /// <inheritdoc/>
    public bool HasRoom => _input.HasRoom;

    /// <summary>Whether a token is this run's; takes the same time for every wrong one.</summary>
    public bool Accepts(string? token) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token ?? ""), _token);

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> line) => _input.TryAdd(line);

    /// <inheritdoc/>
    public void EndInput() => _input.Complete();

    /// <inheritdoc/>
    public async Task CarryAsync(ContainedProcess process, AgentLines output, CancellationToken drained)
    {
        _carried.TrySetResult(output);
        await Task.WhenAll(DrainAsync(process.Output, output, drained), WriteAsync(process.Exit, drained), EndAsync(process.Exit, drained));
    }

    /// <summary>Serves a socket that has shown the token, until it ends or another one takes its place.</summary>
    public async Task ServeAsync(WebSocket webSocket)
    {
        using var socket = new SdkSocket(webSocket, time);
        if (!TryAttach(socket, out var before))
        {
            await socket.RefuseAsync(Stale); // the run has ended between the look at its token and now
            return;
        }

        if (before is not null)
        {
            await before.CloseAsync(WebSocketCloseStatus.PolicyViolation, "Another socket of this run has taken its place");
        }

        await ReadAsync(socket);
        Detach(socket);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        lock (_gate)
        {
            _serving--;
            Signal();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        onDisposed(this);
        _carried.TrySetCanceled(); // of a process that could not be started
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryAttach(SdkSocket socket, out SdkSocket? before)
    {
        lock (_gate)
        {
            before = _socket;
            if (_disposed)
            {
                return false;
            }

            _socket = socket;
            _serving++;
            Signal();
        }

        _attached.TrySetResult();
        return true;
    }

    /// <summary>Nothing more is sent on it; what it still holds is read.</summary>
    private void Detach(SdkSocket socket)
    {
        lock (_gate)
        {
            if (_socket == socket)
            {
                _socket = null;
            }
        }
    }

    /// <summary>Under the gate: who waits for a socket, or for the end of one, looks again.</summary>
    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private async Task ReadAsync(SdkSocket socket)
    {
        try
        {
            var output = await _carried.Task.WaitAsync(socket.Cut);
            await _reading.WaitAsync(socket.Cut);
            try
            {
                await new OutputLineReader(socket, options.MaxLineBytes).ReadAsync(
                    async (line, length) =>
                    {
                        if (!socket.IsStale)
                        {
                            await output.OnLineAsync(line, length);
                            await CloseForLengthAsync(socket, length);
                        }
                    },
                    socket.Cut);
            }
            finally
            {
                _reading.Release();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It was cut. A line that had begun comes again when the CLI does.
        }
    }

    /// <summary>Once: a CLI that comes back and sends the same again would be sent away for ever. From then on such a line is only skipped.</summary>
    private async Task CloseForLengthAsync(SdkSocket socket, long length)
    {
        if (length > options.MaxLineBytes && !_hasClosedForLength)
        {
            _hasClosedForLength = true;
            await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, $"A line may have {options.MaxLineBytes} bytes");
        }
    }

    private async Task WriteAsync(Task exit, CancellationToken drained)
    {
        try
        {
            await foreach (var line in _input.ReadAllAsync(drained))
            {
                SdkSocket? socket;
                do
                {
                    socket = await NextSocketAsync(exit, drained);
                }
                while (socket is not null && !await TrySendAsync(socket, line));
            }

            // Not to a process that has ended: the system would answer by throwing away what it wrote last.
            if (await NextSocketAsync(exit, drained) is { } last)
            {
                await last.CloseAsync(WebSocketCloseStatus.NormalClosure, "The input has ended");
            }
        }
        catch (OperationCanceledException)
        {
            // Draining was given up.
        }
    }

    private async Task<bool> TrySendAsync(SdkSocket socket, ReadOnlyMemory<byte> line)
    {
        try
        {
            await socket.SendAsync(line);
            return true;
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Detach(socket);
            return false;
        }
    }

    /// <summary>The socket that is open, or the next one; null when the process has ended.</summary>
    private async Task<SdkSocket?> NextSocketAsync(Task exit, CancellationToken drained)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (exit.IsCompleted || _socket is not null)
                {
                    return exit.IsCompleted ? null : _socket;
                }

                changed = _changed.Task;
            }

            await Task.WhenAny(changed, exit).WaitAsync(drained);
        }
    }

    /// <summary>After the end of the process, what its sockets still hold is read; one that is open all the same is not its own.</summary>
    private async Task EndAsync(Task exit, CancellationToken drained)
    {
        await exit;
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

                (changed, left) = (_changed.Task, _socket);
            }

            if (drained.IsCancellationRequested)
            {
                await (left?.RefuseAsync(Stale) ?? Task.CompletedTask);
                await changed;
            }
            else
            {
                await changed.WaitAsync(drained).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task DrainAsync(Stream stream, AgentLines output, CancellationToken drained)
    {
        try
        {
            await new OutputLineReader(stream, AgentLines.KeptOfNoise).ReadAsync(output.OnDiagnosticAsync, drained);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe broke or draining was given up: the end of the process tells the rest.
        }
    }
}
