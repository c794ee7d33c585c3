using System.Text;
using Sidecar.Contracts;

namespace Sidecar.Tests.SessionApi.Worker;

public sealed class WorkerEventsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Read_BrokenConnections_ResumesAfterTheLastEventTaken()
    {
        await using var worker = await ScriptedWorker.StartAsync(
            ScriptedWorker.Cut(Event(1) + Event(2)),
            ScriptedWorker.Cut(": keep-alive\n\n" + Event(3) + "id: e.4\nevent: line\ndata: {\"cut\""), // not ended: not an event yet
            ScriptedWorker.Problem(503, WorkerErrors.Unavailable),
            ScriptedWorker.Stream(Event(4)));

        var events = await ReadAsync(worker, after: null);

        Assert.Equal(["e.1 line {\"n\":1}", "e.2 line {\"n\":2}", "e.3 line {\"n\":3}", "e.4 line {\"n\":4}"], events);
        Assert.Equal([null, "e.2", "e.3", "e.3", "e.4"], worker.Requests.Select(request => request.LastEventId));
        Assert.All(worker.Requests, request => Assert.Equal($"GET /v1/sessions/{ScriptedWorker.Session}/events", request.Request));
    }

    [Fact]
    public async Task Read_AfterAnEvent_AsksForIt()
    {
        await using var worker = await ScriptedWorker.StartAsync(ScriptedWorker.Stream(Event(8)));

        Assert.Equal(["e.8 line {\"n\":8}"], await ReadAsync(worker, new AgentEventId("e", 7)));
        Assert.Equal(["e.7", "e.8"], worker.Requests.Select(request => request.LastEventId));
    }

    [Fact]
    public async Task Read_AGap_HasNoPlaceAndIsPassedOn()
    {
        await using var worker = await ScriptedWorker.StartAsync(
            ScriptedWorker.Cut(Event(1) + "event: gap\ndata: {\"firstSequence\":9}\n\n"),
            ScriptedWorker.Stream(Event(9)));

        Assert.Equal(["e.1 line {\"n\":1}", " gap {\"firstSequence\":9}", "e.9 line {\"n\":9}"], await ReadAsync(worker, null));
        Assert.Equal([null, "e.1", "e.9"], worker.Requests.Select(request => request.LastEventId));
    }

    [Fact]
    public async Task Read_UnknownSession_Ends()
    {
        await using var worker = await ScriptedWorker.StartAsync();

        Assert.Empty(await ReadAsync(worker, null));
        Assert.Single(worker.Requests);
    }

    [Fact]
    public async Task Read_Cancelled_Stops()
    {
        var release = new TaskCompletionSource();
        await using var worker = await ScriptedWorker.StartAsync(async context =>
        {
            await ScriptedWorker.Stream(Event(1))(context);
            await context.Response.Body.FlushAsync();
            await release.Task;
        });
        using var cancelled = new CancellationTokenSource();
        await using var events = worker.Events.ReadAsync(ScriptedWorker.Session, null, cancelled.Token).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Deadline, TimeProvider.System));

        var next = events.MoveNextAsync().AsTask();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Deadline, TimeProvider.System));
        release.SetResult();
    }

    private static string Event(int n) => $"id: e.{n}\nevent: line\ndata: {{\"n\":{n}}}\n\n";

    private static async Task<List<string>> ReadAsync(ScriptedWorker worker, AgentEventId? after)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var events = new List<string>();
        await foreach (var item in worker.Events.ReadAsync(ScriptedWorker.Session, after, deadline.Token))
        {
            events.Add($"{item.Id} {item.Type} {Encoding.UTF8.GetString(item.Data.Span)}");
        }

        return events;
    }
}
