namespace Sidecar.Supervision.Containment;

/// <summary>The processes of this machine. One may end between two reads, so every answer may be "gone" and none throws for it.</summary>
internal interface IProcessTable
{
    /// <summary>All processes that can be seen now, the dead that were not reaped included.</summary>
    IEnumerable<ProcessEntry> Read();

    /// <summary>One process, or null when there is none with this id.</summary>
    ProcessEntry? Find(int processId);

    /// <summary>The variable's value when the process was started; null when it had none, has ended or belongs to somebody else.</summary>
    string? EnvironmentValue(int processId, string name);
}

/// <summary>The table of the system that we run on.</summary>
internal static class ProcessTable
{
    /// <summary>Null where trees are not found by looking at processes.</summary>
    public static IProcessTable? Current { get; } =
        OperatingSystem.IsLinux() ? new LinuxProcessTable() : OperatingSystem.IsMacOS() ? new MacProcessTable() : null;
}
