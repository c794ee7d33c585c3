using System.ComponentModel;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>What came of one run.</summary>
/// <param name="End">How it ended.</param>
/// <param name="HealthyFor">How long it was healthy.</param>
/// <param name="Left">Processes of it that could not be ended.</param>
internal sealed record RunOutcome(RunEnd End, TimeSpan HealthyFor, IReadOnlyList<ProcessIdentity> Left);

/// <summary>Runs a sidecar once: from the search for its program until its whole tree is gone.</summary>
internal sealed partial class SidecarRunner(
    string name, SidecarOptions options, SidecarJournal journal, WorkerRun worker, TreeWatch watch, HttpClient http, TimeProvider time, ILogger logger)
{
    /// <summary>Runs it until it ends, must be ended, or is interrupted.</summary>
    /// <param name="goesOn">Whether another run follows one that was interrupted.</param>
    /// <param name="interrupted">Ends the run.</param>
    public async Task<RunOutcome> RunAsync(Func<bool> goesOn, CancellationToken interrupted)
    {
        journal.Starting();
        var output = new SidecarOutput(line => Log.Output(logger, name, line));
        var (run, end) = await TryStartAsync(output);
        await using var disposed = run;
        end ??= await WatchAsync(run!, interrupted);

        var (endedAt, healthyFor) = (time.GetUtcNow(), run?.HealthyFor ?? TimeSpan.Zero);
        var isAsked = end.Cause == EndCause.Request;
        if (!isAsked || goesOn())
        {
            journal.Ending(end.Cause);
        }

        IReadOnlyList<ProcessIdentity> left = run is null ? [] : (await run.StopAsync(end.IsUrgent)).Left;
        var reason = left.Count == 0 ? end.Reason : $"{end.Reason}, and its processes {Ids(left)} could not be ended";
        journal.Ended(isAsked && left.Count == 0 ? null : new SidecarFailure(reason, endedAt, output.LastLines));
        return new RunOutcome(end, healthyFor, left);
    }

    /// <summary>Their ids, for people.</summary>
    public static string Ids(IEnumerable<ProcessIdentity> processes) => string.Join(", ", processes.Select(process => process.ProcessId));

    private async Task<(SidecarRun? Run, RunEnd? End)> TryStartAsync(SidecarOutput output)
    {
        try
        {
            var launch = SidecarLaunch.Prepare(name, options, worker.NextMarker());
            var run = await SidecarRun.StartAsync(launch, options, journal, output, http, time);
            Log.Started(logger, name, journal.Status.Pid, launch.Port);
            return (run, null);
        }
        catch (Exception exception) when (exception is SidecarStartException or Win32Exception)
        {
            return (null, new RunEnd(EndCause.StartFailed, $"it could not be started: {exception.Message}"));
        }
    }

    private async Task<RunEnd> WatchAsync(SidecarRun run, CancellationToken interrupted)
    {
        try
        {
            return await run.WaitForEndAsync(watch, interrupted);
        }
        catch (Exception exception)
        {
            Log.WatchFailed(logger, exception, name);
            return new RunEnd(EndCause.Fault, $"watching it failed: {exception.Message}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Sidecar {Name}: process {ProcessId} started (port: {Port}).")]
        public static partial void Started(ILogger logger, string name, int? processId, int? port);

        [LoggerMessage(2, LogLevel.Error, "Sidecar {Name}: watching it failed; it is replaced.")]
        public static partial void WatchFailed(ILogger logger, Exception exception, string name);

        [LoggerMessage(3, LogLevel.Debug, "Sidecar {Name}: {Line}")]
        public static partial void Output(ILogger logger, string name, string line);
    }
}
