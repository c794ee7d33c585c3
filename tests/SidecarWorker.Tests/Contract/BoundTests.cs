using System.Net.Http.Json;
using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>What grows with use: how much there is, and that it comes back.</summary>
public sealed class BoundTests
{
    private static readonly string[] Names = ["agent.processes", "agent.recent_uuids", "agent.retained_bytes", "agent.sessions"];

    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public async Task Limits_ThroughTheLifeOfASession_TellWhatItTakes()
    {
        await using var worker = new Worker { Settings = { ["MaxSessions"] = "7", ["MaxProcesses"] = "3", ["RetainedTotalBytes"] = "1048576", ["RecentUuids"] = "500" } };
        Assert.Equal([0L, 0, 0, 0], await UsedAsync(worker));

        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "hello");
        await feed.UntilResultAsync();
        var running = await UsedAsync(worker);
        await worker.StopAsync(_session);
        var ended = await UsedAsync(worker);

        Assert.Equal((1, 1), (running[0], running[3]));
        Assert.InRange(running[1], 5, 100);
        Assert.InRange(running[2], 1000, 100_000);
        Assert.Equal((0, 0, 1), (ended[0], ended[1], ended[3]));
        var limits = (await LimitsAsync(worker)).Limits;
        Assert.Equal(Names, limits.Select(limit => limit.Name));
        Assert.Equal([3L, 1500, 1048576, 7], limits.Select(limit => limit.Limit));
        Assert.Equal(["{process}", "{uuid}", "By", "{session}"], limits.Select(limit => limit.Unit));
        Assert.Equal(1, limits[0].Peak);
        Assert.All(limits, limit => Assert.NotEmpty(limit.Description));
    }

    [Fact]
    public async Task Sessions_ForgottenOrNeverStarted_LeaveNothing()
    {
        await using var worker = new Worker { Settings = { ["EndedRetention"] = "00:00:01", ["MaxSessions"] = "2" } };
        for (var i = 0; i < 3; i++)
        {
            await worker.PostStartAsync(Guid.NewGuid(), worker.Launch("run-1") with { WorkDir = "/no/such/folder" }).RefusedAsync(422, WorkerErrors.WorkDirInvalid);
        }

        await worker.StartAsync(_session);
        await worker.StopAsync(_session);

        await WaitFor.True(
            async () =>
            {
                worker.Prune();
                return (await UsedAsync(worker)).All(used => used == 0);
            },
            Worker.Deadline,
            "every bound at zero");
    }

    [Fact]
    public async Task Events_OfAllSessionsTogether_StayWithinTheBudget()
    {
        await using var worker = new Worker { Settings = { ["RetainedTotalBytes"] = "1048576" } };
        var other = Guid.NewGuid();
        await worker.StartAsync(other);
        await worker.SayAsync(other, "@flood 700\n@crash"); // which leaves some 900 KB behind
        await worker.HasEndedAsync(other);
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        await worker.SayAsync(_session, "@flood 600");
        var lines = await feed.UntilResultAsync();

        Assert.True(lines.Count > 600);
        Assert.Equal(Enumerable.Range(1, lines.Count).Select(n => (long)n), lines.Select(line => line.Id().Sequence)); // nothing was taken from who reads
        var ended = (await worker.ListAsync()).Sessions.Single(session => session.SessionId == other.ToString());
        Assert.InRange(ended.FirstSequence, 2, ended.LastSequence);
        Assert.InRange((await UsedAsync(worker))[2], 500_000, 1048576);
    }

    private static async Task<WorkerLimits> LimitsAsync(Worker worker) =>
        (await worker.Http.GetFromJsonAsync("/v1/limits", WorkerJson.Default.WorkerLimits))!;

    private static async Task<List<long>> UsedAsync(Worker worker) =>
        [.. (await LimitsAsync(worker)).Limits.Where(limit => Names.Contains(limit.Name)).Select(limit => limit.Used)];
}
