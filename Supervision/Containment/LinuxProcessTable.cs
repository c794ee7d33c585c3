namespace Sidecar.Supervision.Containment;

/// <summary>The processes that <c>/proc</c> shows.</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    /// <inheritdoc/>
    public IEnumerable<ProcessEntry> Read()
    {
        foreach (var id in ProcFs.ProcessIds())
        {
            if (Find(id) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public ProcessEntry? Find(int processId) => ProcFs.TryReadStat(processId, out var stat)
        ? new ProcessEntry(new ProcessIdentity(processId, stat.StartedAt), stat.ParentId, stat.IsDead, stat.ResidentBytes, stat.ProcessorTime)
        : null;

    /// <inheritdoc/>
    public string? EnvironmentValue(int processId, string name) => ProcFs.EnvironmentValue(processId, name);
}
