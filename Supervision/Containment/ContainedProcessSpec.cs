using Sidecar.Supervision.Limits;

namespace Sidecar.Supervision.Containment;

/// <summary>What a child gets when we die first.</summary>
public enum ParentDeath
{
    /// <summary>SIGKILL.</summary>
    Kill,

    /// <summary>SIGTERM: for a child that must stop children of its own.</summary>
    Terminate,

    /// <summary>Nothing: for a child whose work begins with our death.</summary>
    None,
}

/// <summary>What to start. Never a shell line: the arguments reach the program as they are.</summary>
public sealed record ContainedProcessSpec
{
    /// <summary>Absolute path of the program, see <see cref="ExecutablePath"/>.</summary>
    public required string FileName { get; init; }

    /// <summary>The arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>An existing directory.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Changes to the inherited environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>What its descendants are known by.</summary>
    public required ProcessMarker Marker { get; init; }

    /// <summary>What it gets when we die first (Linux).</summary>
    public ParentDeath ParentDeath { get; init; } = ParentDeath.Kill;

    /// <summary>Limits that the kernel enforces where it can; null for none. Looking at the tree from time to time is not done here.</summary>
    public TreeLimits? Limits { get; init; }
}

/// <summary>How long a stop waits before it goes one step further.</summary>
/// <param name="Interrupt">After the child was asked in its own way (a message, or the end of its input).</param>
/// <param name="Terminate">After SIGTERM; zero goes straight to SIGKILL.</param>
/// <param name="Kill">After SIGKILL, until what is left is reported.</param>
public sealed record StopBudget(TimeSpan Interrupt, TimeSpan Terminate, TimeSpan Kill);

/// <summary>How far a stop had to go.</summary>
public enum StopLevel
{
    /// <summary>It had ended by itself.</summary>
    None,

    /// <summary>It heeded the interrupt.</summary>
    Interrupted,

    /// <summary>It, or a descendant, heeded SIGTERM.</summary>
    Terminated,

    /// <summary>It, or a descendant, had to be killed.</summary>
    Killed,
}

/// <summary>The outcome of a stop.</summary>
/// <param name="Level">How far it had to go.</param>
/// <param name="Left">What is still alive; empty when the stop succeeded.</param>
/// <param name="Duration">How long it took.</param>
public sealed record StopReport(StopLevel Level, IReadOnlyList<ProcessIdentity> Left, TimeSpan Duration);
