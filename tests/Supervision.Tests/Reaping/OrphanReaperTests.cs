using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;
using Sidecar.Tests.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Reaping;

public sealed class OrphanReaperTests
{
    private static readonly ProcessIdentity Dead = new(int.MaxValue - 1, 1);

    // Its own for each test, so that tests which run beside it are no orphans to it.
    private readonly string _marker = $"SIDECAR_TEST_{Guid.NewGuid():n}";

    [Fact]
    public async Task Reap_TreeOfADeadOwner_IsEndedWithThoseThatMovedAway()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        using var child = await StartAsync(Owner(Dead), "sleep 600 & setsid sleep 600 & exec sleep 600");
        await child.HasSleepersAsync(3);

        var reaped = await ReapAsync();

        Assert.Equal(3, reaped);
        Assert.Empty(child.Living);
        Assert.Equal(0, await ReapAsync());
    }

    [Fact]
    public async Task Reap_OwnerAlive_TouchesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        using var child = await StartAsync(ProcessOwner.Current(), "exec sleep 600");
        await child.HasSleepersAsync(1);

        Assert.Equal(0, await ReapAsync());

        Assert.Single(child.Living);
    }

    [Fact]
    public async Task Reap_OwnerOfAnotherNamespace_TouchesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        using var child = await StartAsync(Owner(Dead) with { Namespace = "17" }, "exec sleep 600");
        await child.HasSleepersAsync(1);

        Assert.Equal(0, await ReapAsync());

        Assert.Single(child.Living);
    }

    [Fact]
    public async Task Reap_BystanderWithTheSameCommand_TouchesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        using var bystander = await Child.StartAsync("exec sleep 600");
        using var orphan = await StartAsync(Owner(Dead), "exec sleep 600");
        await bystander.HasSleepersAsync(1);
        await orphan.HasSleepersAsync(1);

        Assert.Equal(1, await ReapAsync());

        Assert.Single(bystander.Living);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/1")]
    [InlineData("1-2/3")]
    [InlineData("1-2-x/3")]
    [InlineData("1-2-3")]
    [InlineData("1--2-3/4")]
    public void Owner_OfAValueThatNamesNone_IsNull(string? value) => Assert.Null(ProcessOwner.Of(value));

    [Fact]
    public void Owner_OfItsOwnMarker_IsItself()
    {
        var owner = ProcessOwner.Current();

        Assert.Equal(owner, ProcessOwner.Of(owner.Marker("NAME", "run.7").Value));
        Assert.True(owner.Identity.IsAlive);
    }

    private static ProcessOwner Owner(ProcessIdentity identity) => ProcessOwner.Current() with { Identity = identity };

    private Task<Child> StartAsync(ProcessOwner owner, string script) => Child.StartAsync(script, (_marker, owner.Marker(_marker, "1").Value));

    private Task<int> ReapAsync() => new OrphanReaper(_marker, TimeProvider.System).ReapAsync(TestContext.Current.CancellationToken);
}
