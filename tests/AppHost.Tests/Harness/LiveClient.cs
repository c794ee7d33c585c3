using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>
/// A client of <c>/ws/{id}</c>. It reads all the time and checks that every frame is JSON text in valid UTF-8; a broken one
/// ends it, so that nothing more comes. Waiting takes the frames in
/// their order: each wait goes on behind the frame that the one before has found.
/// </summary>
public sealed class LiveClient : IAsyncDisposable
{
    private const int ShownFrames = 30;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ClientWebSocket _socket = new();
    private readonly Func<string> _serverOutput;
    private readonly Lock _gate = new();
    private readonly List<LiveFrame> _frames = [];
    private readonly SemaphoreSlim _sending = new(1, 1);
    private TaskCompletionSource _changed = NewSignal();
    private int _taken;
    private bool _ended;
    private volatile string? _brokenFrame;
    private Task _reading = Task.CompletedTask;

    private LiveClient(Func<string> serverOutput) => _serverOutput = serverOutput;

    /// <summary>All frames so far.</summary>
    public IReadOnlyList<LiveFrame> Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    /// <summary>Why the socket is closed; null while it is open, or when it was cut.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <param name="address">The socket's address.</param>
    /// <param name="serverOutput">What the server has said, for messages about what did not come.</param>
    public static async Task<LiveClient> ConnectAsync(Uri address, Func<string> serverOutput)
    {
        var client = new LiveClient(serverOutput);
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        try
        {
            await client._socket.ConnectAsync(address, deadline.Token);
        }
        catch
        {
            client._socket.Dispose();
            throw;
        }

        client._reading = client.ReadAsync();
        return client;
    }

    /// <summary>Connects, and waits for the state that every socket is sent first.</summary>
    public static async Task<LiveClient> JoinAsync(Uri address, Func<string> output)
    {
        var client = await ConnectAsync(address, output);
        await client.WaitForAsync("permission_requests_snapshot");
        return client;
    }

    /// <summary>The same while the service may be on its way back.</summary>
    public static async Task<LiveClient> RejoinAsync(Uri address, Func<string> output, TimeSpan deadline)
    {
        LiveClient? client = null;
        await WaitFor.True(
            async () =>
            {
                try
                {
                    client = await JoinAsync(address, output);
                    return true;
                }
                catch (WebSocketException)
                {
                    return false;
                }
            },
            deadline,
            () => $"a connection to {address.AbsolutePath}. Output:\n{output()}");
        return client!;
    }

    public Task SendAsync(string type, params (string Name, JsonNode? Value)[] members)
    {
        var message = new JsonObject { ["type"] = type };
        foreach (var (name, value) in members)
        {
            message[name] = value;
        }

        return SendTextAsync(message.ToJsonString());
    }

    public async Task SendTextAsync(string text)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task SendUserAsync(string content) => SendAsync("user_message", ("content", content));

    public Task AnswerAsync(LiveFrame permissionRequest, bool allowed, string? rule = null) => SendAsync(
        "permission_response", ("requestId", permissionRequest.Text("requestId")), ("allowed", allowed), ("rule", rule));

    /// <summary>Sends a message and gives the frames up to the end of its turn.</summary>
    public async Task<IReadOnlyList<LiveFrame>> RunTurnAsync(string content)
    {
        await SendUserAsync(content);
        return await UntilAsync("message_complete");
    }

    public Task<LiveFrame> WaitForAsync(string type) => WaitForAsync(frame => frame.Type == type, type);

    /// <summary>The next frame that fits.</summary>
    public async Task<LiveFrame> WaitForAsync(Func<LiveFrame, bool> fits, string what) => (await UntilAsync(fits, what))[^1];

    public Task<IReadOnlyList<LiveFrame>> UntilAsync(string type) => UntilAsync(frame => frame.Type == type, type);

    /// <summary>The frames from the last one waited for up to the next that fits, which is the last of the list.</summary>
    public async Task<IReadOnlyList<LiveFrame>> UntilAsync(Func<LiveFrame, bool> fits, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var looked = -1; ;)
        {
            Task changed;
            bool ended;
            lock (_gate)
            {
                ended = _ended;
                changed = _changed.Task;
                for (looked = Math.Max(looked, _taken); looked < _frames.Count; looked++)
                {
                    if (fits(_frames[looked]))
                    {
                        var found = _frames[_taken..(looked + 1)];
                        _taken = looked + 1;
                        return found;
                    }
                }
            }

            var left = Deadline - TimeProvider.System.GetElapsedTime(started);
            if (ended || left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"No frame: {what}. {(ended ? "The socket has ended." : "")}\n{Describe()}");
            }

            await changed.WaitAsync(left, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// What has come until the server answered a ping: frames that were on their way are in it, so what is missing did not happen.
    /// </summary>
    public async Task<IReadOnlyList<LiveFrame>> PingAsync()
    {
        await SendAsync("ping");
        return await UntilAsync("pong");
    }

    /// <summary>Asks for the state of the turn: running or idle.</summary>
    public async Task<string> TurnStateAsync()
    {
        await SendAsync("sync_state");
        return (await WaitForAsync("session_state")).Text("turnState")!;
    }

    /// <summary>Waits until the server has closed or cut the socket.</summary>
    public Task EndedAsync() => _reading.WaitAsync(Deadline, TimeProvider.System);

    /// <summary>Closes the socket as a client that leaves.</summary>
    public async Task LeaveAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", deadline.Token);
            await _reading.WaitAsync(Deadline, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        await Task.Yield();
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await AnswerCloseAsync();
                    return;
                }

                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    var text = StrictUtf8.GetString(message.GetBuffer(), 0, (int)message.Length);
                    Add(received.MessageType == WebSocketMessageType.Text
                        ? JsonElement.Parse(text)
                        : throw new JsonException($"A binary frame: {text}"));
                    message.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The socket was cut, by a test or by a server that was killed.
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            _brokenFrame = exception.Message;
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
            }

            Signal();
        }
    }

    /// <summary>What every browser does.</summary>
    private async Task AnswerCloseAsync()
    {
        if (_socket.State == WebSocketState.CloseReceived)
        {
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", deadline.Token);
        }
    }

    private void Add(JsonElement frame)
    {
        lock (_gate)
        {
            _frames.Add(new LiveFrame(frame));
        }

        Signal();
    }

    private void Signal()
    {
        lock (_gate)
        {
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private string Describe()
    {
        var frames = Frames;
        return $"Broken frame: {_brokenFrame ?? "none"}. Closed with: {CloseStatus?.ToString() ?? "nothing"}.\n"
            + $"The last of {frames.Count} frames ({_taken} taken):\n{string.Join('\n', frames.TakeLast(ShownFrames))}\nOutput:\n{_serverOutput()}";
    }
}
