using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Telemetry;

/// <summary>What the whole system tells a receiver of OTLP.</summary>
public sealed class TelemetryTests : OwnSystemTest
{
    private const string SessionApi = "session-api";
    private const string Worker = "sidecar-worker";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // What is there whenever a turn has run; docs/telemetry.md has them all.
    private static readonly (string Service, string Metric)[] AfterATurn =
    [
        (SessionApi, "gen_ai.client.operation.duration"),
        (SessionApi, "gen_ai.client.operation.time_to_first_chunk"),
        (SessionApi, "gen_ai.client.token.usage"),
        (SessionApi, "sidecar.catalog.sessions"),
        (SessionApi, "sidecar.live.frames"),
        (SessionApi, "sidecar.live.sockets.used"),
        (SessionApi, "sidecar.live.sockets.limit"),
        (SessionApi, "sidecar.memory.native"),
        (SessionApi, "sidecar.scheduling.delay"),
        (SessionApi, "sidecar.sessions.list.answers"),
        (SessionApi, "dotnet.process.memory.working_set"),
        (SessionApi, "dotnet.thread_pool.queue.length"),
        (SessionApi, "http.server.request.duration"),
        (Worker, "sidecar.agent.processes.used"),
        (Worker, "sidecar.agents.cpu.time"),
        (Worker, "sidecar.agents.ends"),
        (Worker, "sidecar.agents.memory"),
        (Worker, "sidecar.agents.stops"),
        (Worker, "sidecar.agents.tree_processes"),
        (Worker, "sidecar.memory.native"),
        (Worker, "sidecar.scheduling.delay"),
    ];

    [Fact]
    public async Task Turn_WithAReceiver_IsOneTraceThroughBothServicesAndTheAgent()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var sidecar = await StartAsync(receiver.Settings);
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.Write(session.File("asked.txt"), "1"));
        await client.AnswerAsync(await client.WaitForAsync("permission_request"), allowed: true);
        await client.WaitForAsync("message_complete");

        await WaitFor.True(() => Find(receiver, SessionApi, "invoke_agent") is not null && Find(receiver, Worker, "agent turn") is not null, Deadline, "the spans of the turn");
        var root = Find(receiver, SessionApi, "invoke_agent")!;
        var agent = Find(receiver, Worker, "agent turn")!;
        Assert.Empty(root.ParentId);
        Assert.Equal(root.TraceId, agent.TraceId);
        await WaitFor.True(() => IsBelow(receiver, agent, root), Deadline, "every span between the two");
        Assert.StartsWith($"00-{root.TraceId}-", Assert.Single(sidecar.Agents.StartsOf(session)).TraceParent, StringComparison.Ordinal);
        Assert.Contains(root.Events, item => item.Name == "first_output");
        Assert.Equal(["permission_requested", "permission_answered"], root.Events.Select(item => item.Name).Where(name => name != "first_output"));
        Assert.Equal(["permission_requested", "permission_answered"], agent.Events.Select(item => item.Name));
        var request = receiver.Spans.First(item => item.Service == Worker && item.Span.TraceId == root.TraceId && item.Span.Name.StartsWith("POST /v1/sessions/{", StringComparison.Ordinal)).Span;
        Assert.Contains(request.Attributes, attribute => attribute.Key == "http.route");
        Assert.Contains(root.Attributes, attribute => attribute.Key == "gen_ai.conversation.id" && attribute.Value.Text == session.Id);
    }

    [Fact]
    public async Task Metrics_AfterATurn_ArriveAsDocumented()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var sidecar = await StartAsync(receiver.Settings);
        var session = await sidecar.CreateSessionAsync();
        await using (var client = await sidecar.ConnectAsync(session))
        {
            await client.RunTurnAsync("@slow 40 50"); // long enough for a look at its processes
        }

        await sidecar.GetAsync("/api/sessions?limit=50");
        using (var deleted = await sidecar.Http.DeleteAsync(new Uri($"/api/sessions/{session.Id}", UriKind.Relative)))
        {
            deleted.EnsureSuccessStatusCode();
        }

        foreach (var (service, name) in AfterATurn)
        {
            await WaitFor.True(() => receiver.Metrics.Any(item => item.Service == service && item.Metric.Name == name), Deadline, $"{name} of {service}");
        }

        var documented = DocumentedMetrics.All;
        foreach (var (service, metric) in receiver.Metrics.Where(item => DocumentedMetrics.IsOurs(item.Metric.Name)))
        {
            var row = Assert.Single(documented, row => row.Covers(service, metric.Name));
            Assert.Equal((metric.Name, row.Unit), (metric.Name, metric.Unit));
            Assert.NotEmpty(metric.Description);
            Assert.All(metric.AttributeNames.Distinct(), name => Assert.Contains(name, row.Attributes));
        }
    }

    [Fact]
    public async Task Turn_WithAReceiver_LeavesNothingOfItsTextInAnySignal()
    {
        const string Secret = "a-word-that-nobody-else-says";
        await using var receiver = await OtlpReceiver.StartAsync();
        var sidecar = await StartAsync(receiver.Settings);
        await using var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync());

        await client.RunTurnAsync(Secret);

        await WaitFor.True(() => Find(receiver, SessionApi, "invoke_agent") is not null && receiver.Logs.Any(log => log.Service == Worker), Deadline, "the turn's span and the worker's log");
        Assert.DoesNotContain(receiver.Logs, log => log.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(
            receiver.Spans.SelectMany(item => item.Span.Attributes), attribute => attribute.Value.Text?.Contains(Secret, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Agent_WritesToItsErrorStream_IsInTheLog()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var sidecar = await StartAsync(receiver.Settings);
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);

        await client.SendUserAsync("@crash-before-answer");

        await WaitFor.True(
            () => receiver.Logs.Any(log => log.Service == Worker && log.Text.StartsWith($"Session {session.Id}: the agent wrote beside its messages: ", StringComparison.Ordinal)),
            Deadline,
            "the line of the agent");
    }

    [Fact]
    public async Task Stop_ReceiverDoesNotAnswer_IsNotHeldUp()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var sidecar = await StartAsync(receiver.Settings);
        await using (var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync()))
        {
            await client.RunTurnAsync("hello");
        }

        receiver.GetStuck();
        await sidecar.StopAsync();

        Assert.DoesNotContain("had to be killed", sidecar.Output, StringComparison.Ordinal);
    }

    private static Span? Find(OtlpReceiver receiver, string service, string name) =>
        receiver.Spans.FirstOrDefault(item => item.Service == service && item.Span.Name == name).Span;

    /// <summary>Whether a chain of spans that have arrived leads from one up to another.</summary>
    private static bool IsBelow(OtlpReceiver receiver, Span span, Span root)
    {
        var byId = receiver.Spans.Select(item => item.Span).Where(item => item.TraceId == root.TraceId).ToLookup(item => item.Id);
        var at = span;
        while (at is not null && at.Id != root.Id)
        {
            at = byId[at.ParentId].FirstOrDefault();
        }

        return at is not null;
    }
}
