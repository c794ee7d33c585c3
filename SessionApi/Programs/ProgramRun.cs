namespace Sidecar.SessionApi.Programs;

/// <summary>A program that is run once for an answer. Never a shell line: the arguments reach it as they are.</summary>
internal sealed record ProgramRun
{
    /// <summary>Absolute path of the program.</summary>
    public required string FileName { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>An existing directory.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Changes to the environment that every child gets; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>How long it may take, the wait for its turn included.</summary>
    public required TimeSpan Deadline { get; init; }
}

/// <summary>How a run came to its end.</summary>
internal enum ProgramEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>Its reader had enough of its output, and it was ended.</summary>
    Cut,

    /// <summary>Its deadline passed, and it was ended with all that it had started.</summary>
    TimedOut,

    /// <summary>It could not be started.</summary>
    NotStarted,
}

/// <summary>The end of a run.</summary>
/// <param name="End">How it came to it.</param>
/// <param name="ExitCode">Of one that ended by itself; else -1.</param>
/// <param name="Error">The last of its standard error, or why it could not be started.</param>
internal sealed record ProgramOutcome(ProgramEnd End, int ExitCode, string Error);
