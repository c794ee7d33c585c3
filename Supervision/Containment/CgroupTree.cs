using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Reaping;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// The part of the control group tree (cgroups(7), version 2) in which this process may make groups, if there is one: nobody leaves a group by
/// losing its parent, its session or its environment. All of it is extra: what fails here is done by looking at <c>/proc</c>.
/// </summary>
internal sealed class CgroupTree
{
    private const string Prefix = "sidecar-";

    private readonly string _own;
    private readonly ProcessOwner _owner = ProcessOwner.Current();
    private int _groups;

    private CgroupTree(string own) => _own = own;

    /// <summary>Null where there is none that we may write to.</summary>
    public static CgroupTree? Current { get; } = OperatingSystem.IsLinux() ? Find("/sys/fs/cgroup", "/proc/self/cgroup") : null;

    /// <param name="root">Where the tree is mounted.</param>
    /// <param name="membership">The file that names our own group, as <c>0::/user.slice/…</c>.</param>
    internal static CgroupTree? Find(string root, string membership)
    {
        try
        {
            if (!File.Exists(Path.Combine(root, "cgroup.controllers"))
                || File.ReadLines(membership).FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal)) is not { } own)
            {
                return null;
            }

            var tree = new CgroupTree(Path.Combine(root, own["0::/".Length..]));
            tree.RemoveLeftGroups();
            tree.TryCreate(limits: null)!.Dispose(); // the only proof that we may
            return tree;
        }
        catch (Exception exception) when (Cgroup.IsRefused(exception))
        {
            return null;
        }
    }

    /// <summary>Makes a group for one child; null when that fails.</summary>
    public Cgroup? TryCreate(TreeLimits? limits)
    {
        // namespace-pid-start+number: the next start can tell whose it was.
        var name = Prefix + _owner.Marker("group", $"{Interlocked.Increment(ref _groups)}").Value.Replace('/', '+');
        try
        {
            return new Cgroup(Directory.CreateDirectory(Path.Combine(_own, name)).FullName, limits);
        }
        catch (Exception exception) when (Cgroup.IsRefused(exception))
        {
            return null;
        }
    }

    private void RemoveLeftGroups()
    {
        foreach (var folder in Directory.EnumerateDirectories(_own, $"{Prefix}*"))
        {
            var owner = ProcessOwner.Of(Path.GetFileName(folder)[Prefix.Length..].Replace('+', '/'));
            if (owner is not null && owner.Namespace == _owner.Namespace && !owner.Identity.IsAlive)
            {
                Cgroup.Remove(folder);
            }
        }
    }
}
