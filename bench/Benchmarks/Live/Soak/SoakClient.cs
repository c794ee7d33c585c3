using System.Net.WebSockets;
using System.Text.Json;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>One client of a session: stays connected, comes back when it was cut, and keeps the ledger of what it got.</summary>
internal sealed class SoakClient
{
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(4);

    private readonly SoakSession _session;
    private readonly ClientHistory _history;
    private readonly SoakCounts _counts;
    private readonly Random _random;
    private readonly CancellationTokenSource _leaving = new();
    private readonly StreamPlace? _place;
    private volatile LiveSocket? _socket;
    private volatile bool _connected;
    private TimeSpan _away = TimeSpan.FromMilliseconds(100);
    private TaskCompletionSource? _stopHeard;
    private Task _resumed = Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    /// <param name="session">Its session.</param>
    /// <param name="name">In what is said of problems.</param>
    /// <param name="resumes">Whether it asks for numbered frames and goes on where it was.</param>
    /// <param name="random">Decides when it answers prompts.</param>
    public SoakClient(SoakSession session, string name, bool resumes, Random random)
    {
        (_session, _history, _counts, _random) = (session, new ClientHistory(name), session.Counts, random);
        _place = resumes ? new StreamPlace(_history, _counts) : null;
        Ledger = new TurnLedger(_history, _counts, session.Reload);
    }

    public TurnLedger Ledger { get; }

    /// <summary>Connected, and told how the session is.</summary>
    public bool IsConnected => _connected;

    public void Start() => _running = RunAsync();

    /// <summary>Sends a message; false when the line was cut meanwhile.</summary>
    public async Task<bool> TrySendAsync(string message)
    {
        try
        {
            if (_socket is { } socket && _connected)
            {
                await socket.SendAsync(message);
                return true;
            }
        }
        catch (WebSocketException)
        {
            // It was cut.
        }

        return false;
    }

    /// <summary>Stops what runs. The result ends when the server has heard it, or will not hear it any more.</summary>
    public async Task StopTurnAsync()
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stopHeard = heard;
        if (await TrySendAsync(LiveMessages.Stop))
        {
            if (!await TrySendAsync(LiveMessages.Ping))
            {
                _ = ForgetStopAsync(heard);
            }

            await heard.Task; // the answer to what was sent after it, or the end of the socket and some time
        }
    }

    /// <summary>Goes away and comes back after a time.</summary>
    public void Drop(TimeSpan away, bool politely)
    {
        _away = away;
        var socket = _socket;
        if (politely)
        {
            _ = socket?.CloseOutputAsync();
        }
        else
        {
            socket?.Abort();
        }
    }

    /// <summary>Does not read for a time.</summary>
    public void Pause(TimeSpan duration)
    {
        _counts.Add(Soaked.SlowReaders);
        _resumed = Task.Delay(duration, TimeProvider.System, _leaving.Token);
    }

    /// <summary>Leaves for good.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        if (_socket is { } socket)
        {
            await socket.CloseOutputAsync();
        }

        try
        {
            await _running.WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            _socket?.Abort(); // the server does not answer the close
            _counts.Problem(Soaked.Errors, $"{_history}: the server does not answer a close");
        }
    }

    private async Task RunAsync()
    {
        while (!_leaving.IsCancellationRequested)
        {
            await ConnectAndReadAsync();
            _connected = false;
            _ = ForgetStopAsync(_stopHeard);
            if (_place is null)
            {
                Ledger.BeginMissing();
            }

            await Task.Delay(_away, TimeProvider.System, _leaving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _away = TimeSpan.FromMilliseconds(_random.Next(100, 400));
        }
    }

    private async Task ConnectAndReadAsync()
    {
        try
        {
            using var socket = await LiveSocket.OpenAsync(_session.System.Port, _session.Id, _place?.Query ?? "");
            _socket = socket;
            _history.Add($"open {_place?.Query}");
            await socket.ReadAsync(OnFrame, () => _resumed.ContinueWith(static _ => { }, TaskScheduler.Default));
            _socket = null;
            _history.Add($"closed {(int?)socket.CloseStatus}");
            if (socket.CloseStatus == (WebSocketCloseStatus)1013)
            {
                _counts.Add(Soaked.SlowConsumerCloses);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The session API is down; it comes back.
        }
    }

    /// <summary>What was sent on a socket that has ended may still be read by the server for a while.</summary>
    private static async Task ForgetStopAsync(TaskCompletionSource? heard)
    {
        await Task.Delay(OnItsWay, TimeProvider.System);
        heard?.TrySetResult();
    }

    private void OnFrame(ReadOnlyMemory<byte> bytes)
    {
        _counts.Add(Soaked.Frames);
        using var document = JsonDocument.Parse(bytes);
        var frame = document.RootElement;
        var type = Text(frame, "type")!;
        if (_place?.Accepts(type, frame) == false)
        {
            return;
        }

        switch (type)
        {
            case "content_delta" when NumberedPiece.Of(Text(frame, "text")) is { } piece:
                _counts.Add(Soaked.Pieces);
                Ledger.OnPiece(piece.Label, piece.Number);
                break;
            case "message_complete":
                _history.Add($"end at {(frame.TryGetProperty("seq", out var seq) ? seq.GetInt64() : 0)}");
                var number = frame.GetProperty("usage").GetProperty("input_tokens").GetInt32() - SoakTurn.UsageBase;
                Ledger.OnEnd(number > 0 ? number : null, _place?.TakeDigest());
                break;
            case "permission_requests_snapshot":
                var isActive = frame.GetProperty("turnActive").GetBoolean();
                _history.Add($"snapshot, turn {(isActive ? "active" : "over")}");
                Ledger.OnBack(isActive, missed: false);
                _connected = true;
                break;
            case "gap":
                _counts.Add(Soaked.Gaps);
                _history.Add(frame.GetRawText());
                Ledger.OnBack(Text(frame, "turnState") == "running", missed: true);
                break;
            case "connected":
                _history.Add(frame.GetRawText());
                break;
            case "permission_request":
                _ = AnswerAsync(Text(frame, "requestId")!);
                break;
            case "session_state":
                Ledger.OnBack(Text(frame, "turnState") == "running", missed: false);
                break;
            case "accepted":
                _history.Add($"accepted {Text(frame, "id")}");
                _session.OnAccepted(Text(frame, "id")!);
                break;
            case "completed" when Text(frame, "outcome") == "failed":
                Ledger.OnFailed(Text(frame, "id")!);
                break;
            case "pong":
                _stopHeard?.TrySetResult();
                break;
            case "completed":
                _session.OnCompleted(Text(frame, "id")!);
                break;
            case "error":
                _counts.Problem(Soaked.Errors, $"{_history}: {Text(frame, "code")} {Text(frame, "message")}");
                break;
        }
    }

    /// <summary>Both clients answer after a while; the first answer counts.</summary>
    private async Task AnswerAsync(string requestId)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(20, 1500)), TimeProvider.System);
        await TrySendAsync(LiveMessages.Permission(requestId, allowed: _random.Next(4) > 0));
    }

    private static string? Text(JsonElement frame, string name) =>
        frame.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
