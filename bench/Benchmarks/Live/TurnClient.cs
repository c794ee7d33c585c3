namespace Sidecar.Benchmarks.Live;

/// <summary>A client that only looks for the end of its turns, and shows every frame to whoever measures.</summary>
internal sealed class TurnClient : IDisposable
{
    private static readonly TimeSpan TurnDeadline = TimeSpan.FromMinutes(3);

    private readonly LiveSocket _socket;
    private readonly Action<ReadOnlySpan<byte>>? _onFrame;
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TurnClient(LiveSocket socket, Action<ReadOnlySpan<byte>>? onFrame) => (_socket, _onFrame) = (socket, onFrame);

    public static async Task<TurnClient> ConnectAsync(LiveSystem system, string sessionId, Action<ReadOnlySpan<byte>>? onFrame = null)
    {
        var client = new TurnClient(await LiveSocket.OpenAsync(system.Port, sessionId), onFrame);
        _ = client._socket.ReadAsync(client.OnFrame);
        return client;
    }

    /// <summary>The end of the next turn.</summary>
    public Task NextEndAsync()
    {
        _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _ended.Task.WaitAsync(TurnDeadline, TimeProvider.System);
    }

    /// <summary>Runs a turn to its end.</summary>
    public async Task RunTurnAsync(string prompt)
    {
        var ended = NextEndAsync();
        await _socket.SendAsync(LiveMessages.User(prompt));
        await ended;
    }

    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    private void OnFrame(ReadOnlyMemory<byte> frame)
    {
        _onFrame?.Invoke(frame.Span);
        if (frame.Span.IndexOf("\"message_complete\""u8) >= 0)
        {
            _ended.TrySetResult();
        }
    }
}
