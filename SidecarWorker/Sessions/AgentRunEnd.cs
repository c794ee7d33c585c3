using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>The ends of a session's runs: each is observed once, whoever brought it about, and is the run's last event.</summary>
internal sealed partial class AgentRunEnd(AgentSession session, AgentServices services)
{
    /// <summary>Ends a run with everything it started, and waits until its last event is written.</summary>
    public async Task<AgentStopped> EndAsync(AgentRun run, AgentStopMode mode, AgentEnd end)
    {
        run.EndBecause(end);
        var report = await run.Process.StopAsync(services.Options, mode);
        await run.Observed.Task;
        services.Metrics.Stopped(LevelOf(report.Level));
        Log.Stopped(services.Logger, session.Id, report.Level, report.Duration.TotalMilliseconds);
        return new AgentStopped(LevelOf(report.Level), [.. report.Left.Select(process => process.ProcessId)]);
    }

    /// <summary>Keeps a run within its limits until it has ended, and writes its last event.</summary>
    public async Task ObserveAsync(AgentRun run)
    {
        int exitCode;
        var guard = new AgentGuard(session, run, services);
        using (run.Process.Watch(services.Watch, guard.OnUsage))
        {
            exitCode = await run.Process.Completion;
        }

        var end = run.End ?? new AgentEnd(AgentExitCause.Ended);
        session.Output.End(end.Cause);
        var exited = new AgentExited
        {
            LaunchId = run.Launch.LaunchId,
            ExitCode = exitCode,
            Requested = end.IsOrderly,
            Cause = end.Cause,
            Reason = end.Reason,
            LastOutput = run.Process.LastOutput,
        };
        await session.Output.AppendAsync(AgentEventTypes.Exited, exited, WorkerJson.Default.AgentExited);
        run.EndedAt = services.Time.GetUtcNow();
        run.Forget(services.Metrics);
        services.Metrics.Ended(end.Cause);
        services.Launcher.Places.Release();
        Log.Ended(services.Logger, session.Id, run.Process.ProcessId, exitCode, end.Cause);
        run.Observed.SetResult();
        await run.Process.DisposeAsync();
    }

    private static AgentStopLevel LevelOf(StopLevel level) => level switch
    {
        StopLevel.None => AgentStopLevel.None,
        StopLevel.Interrupted => AgentStopLevel.InputClosed,
        StopLevel.Terminated => AgentStopLevel.Terminated,
        _ => AgentStopLevel.Killed,
    };

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Information, "Session {SessionId}: agent stopped, level {Level}, in {Milliseconds:F0} ms.")]
        public static partial void Stopped(ILogger logger, Guid sessionId, StopLevel level, double milliseconds);

        [LoggerMessage(3, LogLevel.Information, "Session {SessionId}: agent process {ProcessId} ended with code {ExitCode} (cause: {Cause}).")]
        public static partial void Ended(ILogger logger, Guid sessionId, int processId, int exitCode, AgentExitCause cause);
    }
}
