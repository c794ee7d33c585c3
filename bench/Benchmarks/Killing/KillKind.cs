namespace Sidecar.Benchmarks.Killing;

/// <summary>What happens to a running system with a busy agent.</summary>
internal enum KillKind
{
    /// <summary>The AppHost is asked to stop, by SIGINT and SIGTERM in turn.</summary>
    Stop,

    /// <summary>The CLI is killed; then an orderly stop.</summary>
    AgentKilled,

    /// <summary>The worker is killed and must come back; then an orderly stop.</summary>
    WorkerKilled,

    /// <summary>The AppHost is killed.</summary>
    AppHostKilled,

    /// <summary>AppHost and worker are killed together.</summary>
    AppHostAndWorkerKilled,

    /// <summary>AppHost, worker and the worker's guardian are killed together; the next start must end what they left. Then a stop.</summary>
    AllKilledThenStarted,
}

/// <summary>What was seen in one round.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Left">Processes that were still there when their time was over.</param>
/// <param name="Zombies">Ended processes that nobody had reaped by then.</param>
/// <param name="BystandersKilled">Processes that were none of the system's business and are gone.</param>
/// <param name="Gone">From the deed until everything that had to go was gone.</param>
/// <param name="Problem">Why the round could not be finished; null when it was.</param>
internal sealed record KillResult(KillKind Kind, IReadOnlyList<string> Left, int Zombies, int BystandersKilled, TimeSpan Gone, string? Problem)
{
    public bool IsClean => Problem is null && Left.Count == 0 && Zombies == 0 && BystandersKilled == 0;
}
