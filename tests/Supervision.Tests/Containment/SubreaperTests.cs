using System.Globalization;
using Sidecar.Supervision.Containment;
using Sidecar.Tests.TestSupport;
using ProcFs = Sidecar.Supervision.Containment.ProcFs;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class SubreaperTests : IDisposable
{
    private readonly Subreaper? _subreaper = Subreaper.Begin(TimeProvider.System);

    public SubreaperTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has subreapers.");

    [Fact]
    public async Task Orphan_ThatEnded_LeavesNoZombie()
    {
        using var child = await Child.StartAsync("sh -c 'sleep 600 >/dev/null 2>&1 & echo $!'; exec sleep 600");
        var orphan = int.Parse((await child.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await WaitFor.True(
            () => ProcFs.TryReadStat(orphan, out var stat) && stat.ParentId == Environment.ProcessId, Child.Deadline, "the orphan with its new parent");

        TestSignals.Kill(child.Living.Single(run => run.Id == orphan));

        await WaitFor.True(() => !ProcFs.TryReadStat(orphan, out _), Child.Deadline, "the end of the zombie");
    }

    [Fact]
    public async Task ExitCodes_WhileOrphansEnd_AreTheChildrensOwn()
    {
        async Task<(int Wanted, int Seen)> RunAsync(int code)
        {
            using var child = await Child.StartAsync($"sh -c 'sleep 0.0{code % 10} >/dev/null 2>&1 &'; exit {code}");
            return (code, await child.ExitAsync());
        }

        var codes = await Task.WhenAll(Enumerable.Range(1, 120).Select(RunAsync));

        Assert.All(codes, code => Assert.Equal(code.Wanted, code.Seen));
    }

    [Fact]
    public async Task Stop_StrayThatClearedItsEnvironment_IsFoundWhenItWasSeenBefore()
    {
        using var child = await Child.StartAsync("sh -c 'env -i setsid sleep 600 >/dev/null 2>&1 & echo $!; read go'; exec sleep 600");
        var stray = int.Parse((await child.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await WaitFor.True(() => ProcFs.CommandName(stray) == "sleep", Child.Deadline, "the stray");
        var identity = ProcessIdentity.Of(stray)!.Value;
        try
        {
            Assert.Null(ProcFs.EnvironmentValue(stray, child.Marker.Name));
            Assert.Equal(3, child.Process.UsageIn(ProcessSnapshot.Take()).Processes);
            child.Process.Input.WriteByte((byte)'\n');
            await child.Process.Input.FlushAsync(TestContext.Current.CancellationToken);
            await WaitFor.True(
                () => ProcFs.TryReadStat(stray, out var stat) && stat.ParentId == Environment.ProcessId, Child.Deadline, "the stray with its new parent");

            var report = await child.Process.StopAsync(Child.Patient);

            Assert.Empty(report.Left);
            Assert.False(identity.IsAlive);
        }
        finally
        {
            Signals.Send(identity, Signal.Kill);
        }
    }

    public void Dispose() => _subreaper?.Dispose();
}
