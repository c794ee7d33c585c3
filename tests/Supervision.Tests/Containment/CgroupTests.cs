using System.Globalization;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Reaping;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Supervision.Containment;

/// <summary>A plain folder stands for the tree of control groups. The kernel's files are there where a test puts them.</summary>
public sealed class CgroupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Find_OwnGroupCanBeWrittenTo_MakesAndRemovesGroupsInIt()
    {
        var tree = Find()!;

        var first = tree.TryCreate(limits: null)!;
        tree.TryCreate(limits: null);
        Assert.Equal(2, Groups().Length);

        first.Dispose();
        Assert.Single(Groups());
    }

    [Fact]
    public void Find_Version1_IsNull()
    {
        File.WriteAllText(_folder["membership"], "9:name=systemd:/\n0::/own\n");
        _folder.CreateFolder("root", "own");

        Assert.Null(CgroupTree.Find(_folder["root"], _folder["membership"]));
    }

    [Fact]
    public void Find_OwnGroupIsNotThere_IsNull()
    {
        Prepare();
        Directory.Delete(_folder["root", "own"]);

        Assert.Null(CgroupTree.Find(_folder["root"], _folder["membership"]));
    }

    [Fact]
    public void Find_GroupsOfADeadOwner_AreRemoved()
    {
        Prepare();
        var dead = ProcessOwner.Current() with { Identity = new ProcessIdentity(int.MaxValue - 1, 1) };
        _folder.CreateFolder("root", "own", Name(dead));
        var kept = new[] { Name(ProcessOwner.Current()), Name(dead with { Namespace = "17" }), "sidecar-other", "other" };
        kept.ToList().ForEach(name => _folder.CreateFolder("root", "own", name));

        Assert.NotNull(CgroupTree.Find(_folder["root"], _folder["membership"]));

        Assert.Equal(kept.Order(), Groups().Order());
    }

    [Fact]
    public void Limits_WhereTheKernelHasThem_AreWritten()
    {
        var group = Group(new TreeLimits { MaxProcesses = 10, HardMemoryBytes = 1 << 20 }, "pids.max", "memory.max", "cgroup.procs", "cgroup.kill");

        Assert.True(group.TryAdd(Environment.ProcessId));
        Assert.True(group.Kill());

        Assert.Equal("320", Read("pids.max"));
        Assert.Equal("1310720", Read("memory.max"));
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Read("cgroup.procs"));
        Assert.Equal("1", Read("cgroup.kill"));
        Assert.Equal([ProcessIdentity.Of(Environment.ProcessId)!.Value], group.Members());
    }

    [Fact]
    public void Group_WithoutTheKernelsFiles_DoesNothing()
    {
        var group = Group(new TreeLimits());

        Assert.False(group.TryAdd(Environment.ProcessId));
        Assert.False(group.Kill());
        Assert.Empty(group.Members());
        Assert.Empty(Directory.GetFiles(_folder["group"]));
    }

    [Fact]
    public void Dispose_OfAGroupWithMembers_LeavesIt()
    {
        var group = Group(limits: null, "cgroup.procs");

        group.Dispose();

        Assert.True(Directory.Exists(_folder["group"]));
    }

    public void Dispose() => _folder.Dispose();

    private static string Name(ProcessOwner owner) => "sidecar-" + owner.Marker("group", "99").Value.Replace('/', '+');

    private CgroupTree? Find()
    {
        Prepare();
        return CgroupTree.Find(_folder["root"], _folder["membership"]);
    }

    private void Prepare()
    {
        _folder.CreateFolder("root", "own");
        File.WriteAllText(_folder["root", "cgroup.controllers"], "memory pids\n");
        File.WriteAllText(_folder["membership"], "0::/own\n");
    }

    private Cgroup Group(TreeLimits? limits, params string[] files)
    {
        _folder.CreateFolder("group");
        files.ToList().ForEach(file => File.WriteAllText(_folder["group", file], ""));
        return new Cgroup(_folder["group"], limits);
    }

    private string Read(string file) => File.ReadAllText(_folder["group", file]);

    private string[] Groups() => [.. Directory.GetDirectories(_folder["root", "own"]).Select(folder => Path.GetFileName(folder))];
}
