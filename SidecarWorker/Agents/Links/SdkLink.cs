using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>
/// Messages over a WebSocket that the CLI opens to us (<c>--sdk-url</c>), with a token of this run alone. A socket that drops ends nothing: input
/// waits, the CLI comes back with the same token, and what may not have arrived goes out again. It drops what it knows by its uuid, as we do.
/// </summary>
internal sealed class SdkLink(Uri server, Guid session, AgentOptions options, TimeProvider time, Action<SdkLink> onDisposed) : IAgentLink
{
    private const string Stale = "Stale SDK token";

    private readonly byte[] _token = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true));
    private readonly InputQueue _input = new();
    private readonly SdkSockets _sockets = new(time);
    private readonly SemaphoreSlim _reading = new(1, 1); // an earlier socket's last line comes before the next one's first
    private readonly TaskCompletionSource<AgentLines> _carried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasClosedForLength;

    /// <inheritdoc/>
    public Uri SdkUrl => new(server, $"/sdk/{session:D}?token={Encoding.ASCII.GetString(_token)}");

    /// <summary>The session.</summary>
    public Guid Session => session;

    /// <summary>For how long a socket may not be read although the CLI lives.</summary>
    public TimeSpan ReadPause => options.SlowReaderPatience;

    /// <inheritdoc/>
    public Task Attached => _sockets.Attached;

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
        if (!_sockets.TryAttach(socket, out var before))
        {
            await socket.RefuseAsync(Stale); // the run has ended between the look at its token and now
            return;
        }

        var reads = ReadAsync(socket); // at once: a CLI that repeats itself may not listen before it has done so
        await _sockets.OpenAsync(socket);
        if (before is not null)
        {
            await before.CloseAsync(WebSocketCloseStatus.PolicyViolation, "Another socket of this run has taken its place");
        }

        await reads;
        _sockets.Detach(socket);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        _sockets.Leave();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sockets.Close();
        onDisposed(this);
        _carried.TrySetCanceled(); // of a process that could not be started
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
                    socket = await _sockets.NextAsync(exit, drained);
                }
                while (socket is not null && !await _sockets.TrySendAsync(socket, line));
            }

            // Not to a process that has ended: the system would answer by throwing away what it wrote last.
            if (await _sockets.NextAsync(exit, drained) is { } last)
            {
                await last.CloseAsync(WebSocketCloseStatus.NormalClosure, "The input has ended");
            }
        }
        catch (OperationCanceledException)
        {
            // Draining was given up.
        }
    }

    /// <summary>After the end of the process, what its sockets still hold is read; one that is open all the same is not its own.</summary>
    private async Task EndAsync(Task exit, CancellationToken drained)
    {
        await exit;
        await _sockets.EndAsync(Stale, drained);
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
