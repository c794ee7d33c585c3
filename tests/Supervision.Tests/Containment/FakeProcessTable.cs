using Sidecar.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Containment;

/// <summary>
/// Processes that a test makes up, in the order of their ids, with this process at id <see cref="Environment.ProcessId"/> below parent 7 below 1.
/// Ids above 4194304, the most that Linux gives, are certainly nobody's.
/// </summary>
internal sealed class FakeProcessTable : IProcessTable
{
    public const int Parent = 7;

    private readonly Dictionary<int, (ProcessEntry Entry, Dictionary<string, string> Environment)> _all = [];

    public FakeProcessTable()
    {
        Add(1, parent: 0, startedAt: 1);
        Add(Parent, parent: 1, startedAt: 2);
        Add(Environment.ProcessId, Parent, startedAt: 3);
    }

    /// <summary>Runs after each complete look, for what changes between two of them.</summary>
    public Action AfterRead { get; set; } = () => { };

    /// <summary>What was sent, in order.</summary>
    public List<(ProcessIdentity Target, Signal Signal)> Sent { get; } = [];

    public ProcessIdentity Add(int id, int parent, long startedAt, params (string Name, string Value)[] environment)
    {
        var identity = new ProcessIdentity(id, startedAt);
        var entry = new ProcessEntry(identity, parent, IsDead: false, ResidentBytes: 1, TimeSpan.Zero);
        _all[id] = (entry, environment.ToDictionary(variable => variable.Name, variable => variable.Value));
        return identity;
    }

    /// <summary>It has ended, and was not collected.</summary>
    public void End(int id) => _all[id] = _all[id] with { Entry = _all[id].Entry with { IsDead = true } };

    public void Remove(int id) => _all.Remove(id);

    /// <summary>As the real one: only the very run that is named gets it. SIGKILL ends it at once.</summary>
    public bool Send(ProcessIdentity target, Signal signal)
    {
        if (Find(target.ProcessId)?.Identity != target)
        {
            return false;
        }

        Sent.Add((target, signal));
        return signal != Signal.Kill || _all.Remove(target.ProcessId);
    }

    public IEnumerable<ProcessEntry> Read()
    {
        List<ProcessEntry> now = [.. _all.Values.Select(process => process.Entry).OrderBy(entry => entry.Identity.ProcessId)];
        AfterRead();
        return now;
    }

    public ProcessEntry? Find(int processId) => _all.TryGetValue(processId, out var process) ? process.Entry : null;

    public string? EnvironmentValue(int processId, string name) =>
        _all.TryGetValue(processId, out var process) ? process.Environment.GetValueOrDefault(name) : null;
}
