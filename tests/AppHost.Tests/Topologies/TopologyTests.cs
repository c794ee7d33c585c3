using System.Net;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.AppHost.Telemetry;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Topologies;

/// <summary>What the whole system promises, whoever runs it. Written once; each topology has a class that runs it.</summary>
public abstract class TopologyTests
{
    private const string SessionApi = "SessionApi";
    private const string Worker = "SidecarWorker";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // The rules of the defaults, but quicker.
    private static readonly (string Name, string Value)[] QuickProbes =
    [
        ("Sidecar__Supervision__ProbeInterval", "00:00:00.5"),
        ("Sidecar__Supervision__ProbeTimeout", "00:00:00.7"),
        ("Sidecar__Supervision__FailureThreshold", "3"),
    ];

    [Fact]
    public async Task System_Started_BothServicesAreHealthyAndTheWorkerWantsItsSecret()
    {
        await using var system = await StartAsync();

        Assert.True(await TopologyClient.IsHealthyAsync(system.SessionApi));
        Assert.True(await TopologyClient.IsHealthyAsync(system.Worker));
        Assert.Empty(await system.ListAsync());
        using var refused = await system.Worker.GetAsync(new Uri("/v1/sidecars", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Turn_OfANewSession_IsAnsweredAndTheSessionIsListed()
    {
        await using var system = await StartAsync();
        var session = await system.CreateSessionAsync();
        await using var client = await system.ConnectAsync(session);

        var frames = await client.RunTurnAsync("hello");

        Assert.Equal("Echo: hello", frames.AnswerText());
        Assert.Single(system.Agents.StartsOf(session));
        Assert.Equal([session.Id], await system.ListAsync());
    }

    [Theory]
    [InlineData(SessionApi)]
    [InlineData(Worker)]
    public async Task Service_Killed_IsStartedAgainAndTheSessionGoesOn(string program)
    {
        await using var system = await StartAsync();

        await AssertReplacedAsync(system, program, TestSignals.Kill);
    }

    [Theory]
    [InlineData(SessionApi)]
    [InlineData(Worker)]
    public async Task Service_Frozen_IsReplacedAndTheSessionGoesOn(string program)
    {
        await using var system = await StartAsync(QuickProbes);

        await AssertReplacedAsync(system, program, TestSignals.Freeze);
    }

    [Fact]
    public async Task Turn_WithAReceiver_IsOneTraceThroughBothServices()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var system = await StartAsync(receiver.Settings);
        await using var client = await system.ConnectAsync(await system.CreateSessionAsync());

        await client.RunTurnAsync("hello");

        Span? Find(string service, string name) => receiver.Spans.FirstOrDefault(item => item.Service == service && item.Span.Name == name).Span;
        await WaitFor.True(
            () => Find("session-api", "invoke_agent") is not null && Find("sidecar-worker", "agent turn") is not null, Deadline, "the spans of the turn");
        Assert.Equal(Find("session-api", "invoke_agent")!.TraceId, Find("sidecar-worker", "agent turn")!.TraceId);
        foreach (var service in new[] { "session-api", "sidecar-worker" })
        {
            await WaitFor.True(() => receiver.Metrics.Any(item => item.Service == service), Deadline, $"a metric of {service}");
            await WaitFor.True(() => receiver.Logs.Any(item => item.Service == service), Deadline, $"a log line of {service}");
        }
    }

    /// <summary>Starts the system and waits until both services are healthy.</summary>
    private protected abstract Task<ITopology> StartAsync(params (string Name, string Value)[] settings);

    /// <summary>Does something bad to a service that has run a turn, and proves that another process takes over.</summary>
    private static async Task AssertReplacedAsync(ITopology system, string program, Action<ProcessRun> harm)
    {
        var session = await system.CreateSessionAsync();
        await using (var client = await system.ConnectAsync(session))
        {
            await client.RunTurnAsync("before");
        }

        var harmed = system.Process(program);
        harm(harmed);
        await system.BackAsync(program, harmed);
        await using var after = await system.ConnectAsync(session);
        var next = await after.RunTurnAsync("after");
        if (program == Worker && next.Any(frame => frame.Type == "error" && frame["retryable"].GetBoolean()))
        {
            // The session API had not yet met the new worker when the message came, and said that it is to be sent again.
            next = await after.RunTurnAsync("after");
        }

        Assert.True(next.AnswerText() == "Echo: after", $"The answer:\n{string.Join('\n', next)}\nOutput:\n{system.Output}");
        Assert.False(ProcFs.Exists(harmed));
        // The agent belongs to the worker: it goes on without the session API, and is resumed by the next worker.
        Assert.Equal(program == Worker ? [false, true] : [false], system.Agents.StartsOf(session).Select(start => start.Resume));
    }
}

/// <summary>Under the project's own supervision.</summary>
public sealed class LocalTopologyTests : TopologyTests
{
    private protected override Task<ITopology> StartAsync(params (string Name, string Value)[] settings) => LocalTopology.StartAsync(settings);
}
