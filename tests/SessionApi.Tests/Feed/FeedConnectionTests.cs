using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sidecar.SessionApi.Feed;
using Sidecar.SessionApi.Live;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Feed;

/// <summary>Subscribers whose line does what the test says, on the test's clock.</summary>
public sealed class FeedConnectionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LiveParts _parts = new();
    private readonly Source _source = new();
    private readonly SessionFeed _feed;

    public FeedConnectionTests() => _feed = new SessionFeed(_source, _parts.Registry, _time, NullLogger<SessionFeed>.Instance);

    public void Dispose() => _parts.Dispose();

    [Fact]
    public async Task Subscriber_DoesNotReadForAWhile_IsSentOnlyTheNewest()
    {
        using var socket = new Line();
        using var quick = new Line();
        var (slow, other) = (Run(socket), Run(quick));
        await socket.SentAsync("list 1");
        await quick.SentAsync("list 1");

        socket.Hold();
        for (var i = 2; i <= 50; i++)
        {
            _source.Number = i;
            _feed.Look();
            await quick.SentAsync($"list {i}"); // the slow one costs the others nothing
        }

        socket.Release();
        await socket.SentAsync("list 50");

        Assert.InRange(socket.Sent.Count, 2, 3);
        _feed.Stop();
        socket.EndOfPeer();
        quick.EndOfPeer();
        await Task.WhenAll(slow, other).WaitAsync(LiveSocket.Deadline, TimeProvider.System);
    }

    [Fact]
    public async Task Subscriber_DoesNotReadAtAll_IsCut()
    {
        using var socket = new Line();
        socket.Hold();
        var running = Run(socket);
        await WaitFor.True(() => socket.IsSending, LiveSocket.Deadline, "a frame");

        _time.Advance(FeedConnection.SendPatience);

        await running.WaitAsync(LiveSocket.Deadline, TimeProvider.System);
        Assert.True(socket.IsAborted);
    }

    [Fact]
    public async Task Subscriber_NothingNew_HearsABeat()
    {
        using var socket = new Line();
        var running = Run(socket);
        await socket.SentAsync("list 1");

        for (var i = 1; i <= 3; i++)
        {
            await WaitFor.True(
                () =>
                {
                    _time.Advance(TimeSpan.FromSeconds(1));
                    return socket.Sent.Count(frame => frame == """{"type":"beat"}""") >= i;
                },
                LiveSocket.Deadline,
                "a beat");
        }

        socket.EndOfPeer();
        await running.WaitAsync(LiveSocket.Deadline, TimeProvider.System);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Round_Fails_TheNextOneTells()
    {
        using var socket = new Line();
        var running = Run(socket);
        await socket.SentAsync("list 1");

        _source.Failure = new InvalidOperationException("broken");
        _source.Number = 2;
        _feed.Look();
        _source.Failure = null;
        await WaitFor.True(
            () =>
            {
                _time.Advance(SessionFeed.Interval); // by itself
                return socket.Sent.Contains("list 2");
            },
            LiveSocket.Deadline,
            "a later round");

        socket.EndOfPeer();
        await running.WaitAsync(LiveSocket.Deadline, TimeProvider.System);
    }

    [Fact]
    public async Task Rounds_NoSubscriber_AreNotMade()
    {
        using var socket = new Line();
        var running = Run(socket);
        await socket.SentAsync("list 1");
        socket.EndOfPeer();
        await running.WaitAsync(LiveSocket.Deadline, TimeProvider.System);

        await WaitFor.True(
            () =>
            {
                _time.Advance(SessionFeed.Interval);
                return ReferenceEquals(_feed.Current, FeedState.Unknown);
            },
            LiveSocket.Deadline,
            "the rounds to end");
        var looks = _source.Looks;
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(looks, _source.Looks);
    }

    [Theory]
    [InlineData(true, true, false, "running")]
    [InlineData(false, true, false, "running")]
    [InlineData(false, true, true, "running")] // the turn was stopped, and what it had begun in the background goes on
    [InlineData(true, true, true, "open")] // it is being stopped
    [InlineData(false, false, true, "open")]
    [InlineData(false, false, false, "open")]
    public void Activity_OfASessionWithAnAgent_IsWhatItDoes(bool hasTurn, bool works, bool isStopped, string state) =>
        Assert.Equal(state, LiveActivities.StateOf(new LiveActivity(hasTurn, works, isStopped, HasFailed: false, IsAsking: false, HasAgent: true, AgentWork.Thinking)));

    [Fact]
    public void Activities_TooMany_KeepThoseThatWantAPersonMost()
    {
        string[] states = ["open", "failed", "running", "waiting"];
        List<SessionActivity> found = [.. Enumerable.Range(0, 1200).Select(i => new SessionActivity($"s{i:d4}", states[i % 4]))];

        var activities = LiveActivities.Of(found);
        var frame = JsonFrames.Parse(Encoding.UTF8.GetString(FeedFrames.Activity(activities)));

        Assert.Equal(LiveActivities.MaxSessions, frame.GetProperty("sessions").EnumerateObject().Count());
        Assert.True(frame.GetProperty("truncated").GetBoolean());
        Assert.Equal(
            [("waiting", 300), ("running", 300), ("failed", 300), ("open", 100)],
            activities.Sessions.GroupBy(session => session.State).Select(group => (group.Key, group.Count())));
    }

    private async Task Run(Line socket)
    {
        var connection = new FeedConnection(socket, _time);
        _feed.TryAdd(connection);
        await connection.RunAsync(_feed);
        _feed.Remove(connection);
    }

    private sealed class Source : IFeedSource
    {
        private int _looks;

        public int Number { get; set; } = 1;

        public Exception? Failure { get; set; }

        public int Looks => Volatile.Read(ref _looks);

        public FeedState Look(FeedState before)
        {
            Interlocked.Increment(ref _looks);
            return Failure is not null ? throw Failure
                : before.Revision == Number ? before
                : before with { Revision = Number, List = Encoding.UTF8.GetBytes($"list {Number}") };
        }
    }

    /// <summary>A socket whose peer reads only when it is let.</summary>
    private sealed class Line : WebSocket
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource _reads = new();
        private WebSocketCloseStatus? _closeStatus;

        public Line() => _reads.SetResult();

        public ConcurrentQueue<string> Sent { get; } = new();

        public bool IsSending { get; private set; }

        public bool IsAborted { get; private set; }

        public override WebSocketCloseStatus? CloseStatus => _closeStatus;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public void Hold() => _reads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _reads.SetResult();

        public void EndOfPeer() => _ended.TrySetResult();

        public Task SentAsync(string frame) => WaitFor.True(() => Sent.Contains(frame), LiveSocket.Deadline, frame);

        public override void Abort()
        {
            IsAborted = true;
            EndOfPeer();
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            _closeStatus = closeStatus;
            return Task.CompletedTask;
        }

        public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
        {
            await _ended.Task.WaitAsync(cancellationToken);
            return new WebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
        }

        public override async Task SendAsync(
            ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            IsSending = true;
            await _reads.Task.WaitAsync(cancellationToken);
            Sent.Enqueue(Encoding.UTF8.GetString(buffer));
        }

        public override void Dispose()
        {
        }
    }
}
