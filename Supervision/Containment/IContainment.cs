namespace Sidecar.Supervision.Containment;

/// <summary>One child and everything it starts, as its operating system knows them. What they are asked, and when, is decided above.</summary>
internal interface IContainment : IDisposable
{
    /// <summary>Which run of which process the child is.</summary>
    ProcessIdentity Identity { get; }

    /// <summary>Completes with the exit code of the child itself.</summary>
    Task<int> Exit { get; }

    /// <summary>The child's standard input.</summary>
    Stream Input { get; }

    /// <summary>The child's standard output.</summary>
    Stream Output { get; }

    /// <summary>The child's standard error.</summary>
    Stream Error { get; }

    /// <summary>All of the tree that live, the child included, by a look that begins after the call.</summary>
    Task<IReadOnlyList<ProcessIdentity>> MembersAsync();

    /// <summary>What the tree uses, according to a look at all processes where the system needs one.</summary>
    TreeUsage UsageIn(ProcessSnapshot snapshot);

    /// <summary>Asks the child alone to end. False when it is gone, or when the system knows no such request.</summary>
    bool AskChild();

    /// <summary>Asks these members to end. False when the system knows no such request.</summary>
    bool Ask(IReadOnlyList<ProcessIdentity> members);

    /// <summary>Kills all members that there are now. To be repeated until none is left.</summary>
    void KillAll();
}

/// <summary>Starts children on the system that we run on.</summary>
internal static class Containment
{
    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be executed.</exception>
    public static Task<IContainment> StartAsync(ContainedProcessSpec spec, CancellationToken cancellationToken) => OperatingSystem.IsWindows()
        ? Task.FromResult<IContainment>(WindowsContainment.Start(spec))
        : PosixContainment.StartAsync(spec, cancellationToken);
}
