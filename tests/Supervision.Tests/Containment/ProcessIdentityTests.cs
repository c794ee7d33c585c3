using System.Globalization;
using Sidecar.Supervision.Containment;
using Sidecar.Tests.TestSupport;
using ProcFs = Sidecar.Supervision.Containment.ProcFs;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void Of_ThisProcess_IsAliveAndStable()
    {
        var self = ProcessIdentity.Of(Environment.ProcessId);

        Assert.True(self!.Value.IsAlive);
        Assert.Equal(self, ProcessIdentity.Of(Environment.ProcessId));
        Assert.False((self.Value with { StartedAt = self.Value.StartedAt + 1 }).IsAlive);
    }

    [Fact]
    public void Of_AnIdThatNobodyHas_IsNull() => Assert.Null(ProcessIdentity.Of(int.MaxValue));

    [Fact]
    public async Task Of_AZombie_IsNull()
    {
        // The sleep that replaces the shell does not know that it has a child, so nobody collects it; the shell would, so it must be gone by then.
        using var child = await Child.StartAsync("sleep 0.3 & echo $!; exec sleep 600");
        var zombie = int.Parse((await child.ReadLineAsync())!, CultureInfo.InvariantCulture);

        await WaitFor.True(() => ProcFs.TryReadStat(zombie, out var stat) && stat.State == 'Z', Child.Deadline, "a zombie");

        Assert.Null(ProcessIdentity.Of(zombie));
    }

    [Theory]
    [InlineData("a) b (c")]
    [InlineData("R 1 2 3")]
    [InlineData(") S 1 (")]
    public async Task TryReadStat_OddCommandName_CountsFieldsAfterIt(string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy("/bin/sleep", folder[name]);
        using var child = await Child.StartAsync("exec \"$ODD\" 600", ("ODD", folder[name]));
        var id = child.Process.Identity.ProcessId;
        await WaitFor.True(() => ProcFs.CommandName(id) == name, Child.Deadline, "the odd name");

        Assert.True(ProcFs.TryReadStat(id, out var stat));

        Assert.Equal(Environment.ProcessId, stat.ParentId);
        Assert.Equal(child.Process.Identity.StartedAt, stat.StartedAt);
        Assert.Contains(stat.State, "RSD");
        Assert.Equal(TestSupport.ProcFs.Find(id)!.Value.StartTime, stat.StartedAt);
    }

    [Fact]
    public void TryReadStat_NoSuchProcess_IsFalse() => Assert.False(ProcFs.TryReadStat(int.MaxValue, out _));

    [Theory]
    [InlineData("run.1", false)]
    [InlineData("run.12", true)]
    [InlineData("un.12", false)]
    public async Task HasEnvironment_AnotherValue_IsToldApart(string value, bool found)
    {
        using var child = await Child.StartAsync("echo ready; read line", ("SIDECAR_TEST_VALUE", "run.12"));
        await child.ReadLineAsync();

        Assert.Equal(found, ProcFs.EnvironmentValue(child.Process.Identity.ProcessId, "SIDECAR_TEST_VALUE") == value);
    }

    [Fact]
    public async Task EnvironmentValue_InTheMiddleOfAnExec_IsTheOneThatItWillHave()
    {
        const int Programs = 200;
        using var child = await Child.StartAsync($"i=0; while [ $i -lt {Programs} ]; do sleep 600 & echo $!; i=$((i+1)); done; wait");

        for (var i = 0; i < Programs; i++)
        {
            var program = int.Parse((await child.ReadLineAsync())!, CultureInfo.InvariantCulture);
            Assert.Equal(child.Marker.Value, ProcFs.EnvironmentValue(program, child.Marker.Name));
        }

        await child.Process.StopAsync(Child.Patient);
    }
}
