using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Worker;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class ControlRequestsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly Bound _bound = new("live.control_requests", "{request}", "Requests.", 2);
    private readonly RecordingHandler _worker = new();
    private readonly AgentRun _run = new("run-1", new RuntimeConfig(null, null, null), null);
    private readonly ControlRequests _requests;
    private readonly SessionAgent _agent;

    public ControlRequestsTests()
    {
        _requests = new ControlRequests(_time, Patience, capacity: 2, _bound);
        var client = new WorkerClient(new HttpClient(_worker) { BaseAddress = new Uri("http://worker") });
        var events = new WorkerEvents(client, _time, NullLogger<WorkerEvents>.Instance);
        _agent = new SessionAgent("s1", client, events, new NoObserver(), _time, NullLogger<SessionAgent>.Instance);
    }

    [Fact]
    public async Task Send_AgentAgrees_IsNull()
    {
        var answer = _requests.SendAsync(_agent, _run, "set_permission_mode", json => json.WriteString("mode"u8, "plan"));
        var request = await _worker.NextAsync();
        var id = request.GetProperty("messageId").GetString();

        Assert.Equal(
            $$$"""{"type":"control_request","request_id":"{{{id}}}","request":{"subtype":"set_permission_mode","mode":"plan"}}""",
            request.GetProperty("message").GetRawText());
        Assert.Equal("run-1", request.GetProperty("launchId").GetString());
        _requests.OnResponse(JsonFrames.Parse("""{"type":"control_response","response":{"subtype":"success","request_id":"another"}}"""));
        _requests.OnResponse(JsonFrames.Parse("""{"type":"control_response","response":{"subtype":"success"}}"""));
        Assert.False(answer.IsCompleted);
        _requests.OnResponse(JsonFrames.Parse($$$"""{"type":"control_response","response":{"subtype":"success","request_id":"{{{id}}}"}}"""));

        Assert.Null(await answer.WaitAsync(Deadline, TimeProvider.System));
    }

    [Theory]
    [InlineData(""" ,"error":"not allowed" """, "not allowed")]
    [InlineData("", "The agent refused.")]
    public async Task Send_AgentRefuses_IsWhy(string error, string why)
    {
        var answer = _requests.SendAsync(_agent, _run, "interrupt");
        var id = (await _worker.NextAsync()).GetProperty("messageId").GetString();

        _requests.OnResponse(JsonFrames.Parse($$$"""{"response":{"subtype":"error","request_id":"{{{id}}}"{{{error}}}}}"""));

        Assert.Equal(why, await answer.WaitAsync(Deadline, TimeProvider.System));
    }

    [Fact]
    public async Task Send_NoAnswer_TimesOut()
    {
        var answer = _requests.SendAsync(_agent, _run, "interrupt");
        await _worker.NextAsync();

        // The clock of the wait starts when the worker's answer to the write is in, which nothing shows from outside.
        await WaitFor.True(
            () =>
            {
                _time.Advance(Patience);
                return answer.IsCompleted;
            },
            Deadline,
            "the time-out");

        Assert.Equal("The agent did not answer \"interrupt\" within 10 s.", await answer);
    }

    [Fact]
    public async Task Send_AgentEnds_IsNotWaitedFor()
    {
        var answer = _requests.SendAsync(_agent, _run, "interrupt");
        await _worker.NextAsync();

        _requests.FailAll();

        Assert.Equal("The agent ended before it answered.", await answer.WaitAsync(Deadline, TimeProvider.System));
    }

    [Fact]
    public async Task Send_TooManyWait_IsNotSent()
    {
        var waiting = new[] { _requests.SendAsync(_agent, _run, "interrupt"), _requests.SendAsync(_agent, _run, "interrupt") };
        await _worker.NextAsync();
        await _worker.NextAsync();

        Assert.Equal("The agent has too many unanswered requests.", await _requests.SendAsync(_agent, _run, "interrupt"));
        Assert.Equal(2, _bound.Used);

        _requests.FailAll();
        await Task.WhenAll(waiting).WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(0, _bound.Used);
    }

    [Fact]
    public async Task Write_AfterAnInterrupt_ReachesTheWorkerAfterIt()
    {
        _worker.Hold = new TaskCompletionSource();
        var interrupted = _requests.SendAsync(_agent, _run, "interrupt");
        await _worker.NextAsync();

        var written = _agent.WriteAsync(_run, "m1", JsonFrames.Parse("{}"));
        var arrivedMeanwhile = _worker.Arrived;
        _worker.Hold.SetResult();
        await written.WaitAsync(Deadline, TimeProvider.System);

        Assert.Equal(1, arrivedMeanwhile);
        Assert.Equal("m1", (await _worker.NextAsync()).GetProperty("messageId").GetString());
        _requests.FailAll();
        await interrupted.WaitAsync(Deadline, TimeProvider.System);
    }

    [Fact]
    public async Task Send_WorkerRefuses_IsWhatItSaid()
    {
        _worker.Status = HttpStatusCode.NotFound;

        Assert.Equal("The worker answered 404.", await _requests.SendAsync(_agent, _run, "interrupt").WaitAsync(Deadline, TimeProvider.System));
    }

    public void Dispose()
    {
        _agent.Dispose();
        _worker.Dispose();
    }

    private sealed class NoObserver : IAgentObserver
    {
        public Task OnAgentEventAsync(AgentRun run, WorkerEvent item) => Task.CompletedTask;

        public Task OnAgentLostAsync(AgentRun run) => Task.CompletedTask;
    }

    /// <summary>A worker that takes everything, or refuses everything.</summary>
    private sealed class RecordingHandler : HttpMessageHandler
    {
        private readonly ConcurrentQueue<JsonElement> _requests = new();

        private int _arrived;

        /// <summary>How many requests have come.</summary>
        public int Arrived => Volatile.Read(ref _arrived);

        /// <summary>Answers wait for it.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public HttpStatusCode Status { get; set; } = HttpStatusCode.NoContent;

        public async Task<JsonElement> NextAsync()
        {
            JsonElement request = default;
            await WaitFor.True(() => _requests.TryDequeue(out request), Deadline, "a request to the worker");
            return request;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _arrived);
            _requests.Enqueue(JsonFrames.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)));
            await (Hold?.Task ?? Task.CompletedTask);
            return new HttpResponseMessage(Status);
        }
    }
}
