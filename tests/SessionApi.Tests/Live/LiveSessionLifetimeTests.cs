using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sidecar.Contracts;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;
using Sidecar.Tests.SessionApi.Transcripts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>How long a session without clients keeps its agent, with the times that are delivered and a clock that is moved.</summary>
public sealed class LiveSessionLifetimeTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly TranscriptHome _home = new();
    private readonly LiveParts _parts = new();
    private readonly SilentWorker _worker = new();
    private readonly H5AccessStore _access;
    private readonly LiveSession _session;

    public LiveSessionLifetimeTests()
    {
        var options = Options.Create(new LiveOptions());
        _access = new H5AccessStore(_home.Root);
        var client = new WorkerClient(new HttpClient(_worker) { BaseAddress = new Uri("http://worker") });
        _session = new LiveSession(
            TranscriptHome.Id,
            new LiveServices(
                client,
                new WorkerEvents(client, _time, NullLogger<WorkerEvents>.Instance),
                _home.Store,
                _home.Root,
                new TranscriptDurability(_time),
                new UserSettings(_home.Root, _time, NullLogger<UserSettings>.Instance),
                new AttachmentStore(_home.Root),
                _parts.Bounds,
                _parts.Metrics,
                _parts.TurnMetrics,
                options,
                new RetainedFrames(options, _parts.Bounds),
                new UsageTotals(),
                _time,
                NullLoggerFactory.Instance,
                _access),
            _ => { });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public async Task Prompt_WithoutAClient_EndsTheAgentAfterHalfAnHourAlsoWhenItCameLate(int minutesAfterTheClient)
    {
        await StartAsync();
        Turn(begins: true);
        _time.Advance(TimeSpan.FromMinutes(minutesAfterTheClient));
        lock (_session.Gate)
        {
            _session.Prompts.Add(PermissionPrompt.Of("r1", JsonFrames.Parse("""{"tool_name":"Write"}""")));
            _session.Reconsider();
        }

        _time.Advance(TimeSpan.FromMinutes(30) - Moment);
        Assert.Equal(0, _session.Transitions.Count);
        _time.Advance(Moment);

        await WaitFor.True(() => _worker.Stops == 1, Deadline, "the stop of the agent");
    }

    [Fact]
    public async Task IdleAgent_WithoutAClient_EndsAfterTheGrace()
    {
        await StartAsync();

        await EndsAfterTheGraceAsync();
    }

    /// <summary>What the person has set for access from elsewhere counts in place of the option.</summary>
    [Fact]
    public async Task IdleAgent_WithoutAClient_EndsAfterTheGraceOfTheH5Settings()
    {
        _access.Change(settings => settings with { DisconnectGraceSeconds = 90 });
        await StartAsync();

        await EndsAfterTheGraceAsync(seconds: 90);
    }

    [Fact]
    public async Task Turn_WithoutAClient_IsKeptForAsLongAsItTakes()
    {
        await StartAsync();
        Turn(begins: true);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _session.Transitions.Count);
        Turn(begins: false);

        await EndsAfterTheGraceAsync();
    }

    [Fact]
    public async Task AgentThatSaysItWorks_WithoutAClient_IsKeptForAsLongAsItSaysSo()
    {
        await StartAsync();
        SaysItWorks(true);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _session.Transitions.Count);
        SaysItWorks(false);

        await EndsAfterTheGraceAsync();
    }

    [Fact]
    public async Task TaskInTheBackground_WithoutAClient_IsKeptUntilItEnds()
    {
        await StartAsync();
        ReportTask("""{"type":"system","subtype":"task_started","task_id":"t"}""");

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _session.Transitions.Count);
        ReportTask("""{"type":"system","subtype":"task_notification","task_id":"t"}""");

        await EndsAfterTheGraceAsync();
    }

    public void Dispose()
    {
        _session.Dispose();
        _worker.Dispose();
        _parts.Dispose();
        _home.Dispose();
    }

    private async Task StartAsync()
    {
        var launch = new AgentLaunch { LaunchId = "run-1", WorkDir = _home.WorkDir };
        await _session.Agent.StartAsync(launch, new RuntimeConfig(null, null, null));
        lock (_session.Gate)
        {
            _session.Reconsider();
        }
    }

    private async Task EndsAfterTheGraceAsync(int seconds = 30)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds) - Moment);
        Assert.Equal(0, _session.Transitions.Count);
        _time.Advance(Moment);
        await WaitFor.True(() => _worker.Stops == 1, Deadline, "the stop of the agent");
    }

    private void Turn(bool begins)
    {
        lock (_session.Gate)
        {
            if (begins)
            {
                _session.Turns.Begin("u1").LaunchId = "run-1";
            }
            else
            {
                _session.Turns.EndOf("run-1", MessageOutcome.Completed);
            }

            _session.Reconsider();
        }
    }

    private void SaysItWorks(bool works)
    {
        lock (_session.Gate)
        {
            _session.Agent.Current!.SaysItWorks = works;
            _session.Reconsider();
        }
    }

    private void ReportTask(string message)
    {
        lock (_session.Gate)
        {
            _session.BackgroundTasks.OnMessage(JsonFrames.Parse(message));
            _session.Reconsider();
        }
    }

    /// <summary>A worker whose agent says nothing and goes on until it is stopped; without a socket, so that only the moved clock counts.</summary>
    private sealed class SilentWorker : HttpMessageHandler
    {
        private int _stops;

        public int Stops => Volatile.Read(ref _stops);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path.EndsWith("/start", StringComparison.Ordinal))
            {
                var launch = JsonSerializer.Deserialize(await request.Content!.ReadAsStreamAsync(cancellationToken), WorkerJson.Default.AgentLaunch)!;
                return Json(JsonSerializer.Serialize(
                    new AgentSession
                    {
                        SessionId = TranscriptHome.Id,
                        Epoch = "e",
                        FirstSequence = 1,
                        LastSequence = 0,
                        LaunchSequence = 1,
                        State = AgentState.Running,
                        Launch = launch,
                    },
                    WorkerJson.Default.AgentSession));
            }

            if (path.EndsWith("/stop", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _stops);
                return Json(JsonSerializer.Serialize(new AgentStopped(AgentStopLevel.InputClosed, []), WorkerJson.Default.AgentStopped));
            }

            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            throw new InvalidOperationException("Nobody waits for ever.");
        }

        private static HttpResponseMessage Json(string text) =>
            new(HttpStatusCode.OK) { Content = new StringContent(text, System.Text.Encoding.UTF8, "application/json") };
    }
}
