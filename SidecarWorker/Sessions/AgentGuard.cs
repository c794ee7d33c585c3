using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// Keeps one run within its limits, about once a second: memory and processes of its tree, progress of its turn, time without one.
/// </summary>
internal sealed partial class AgentGuard(AgentSession session, AgentRun run, AgentServices services)
{
    private readonly AgentOptions _options = services.Options;
    private readonly ILogger _logger = services.Logger;

    // Started and not waited for: the watch looks at all agents in one round.
    private Task _acting = Task.CompletedTask;

    /// <summary>Judges what the tree uses now.</summary>
    public void OnUsage(TreeUsage usage)
    {
        var now = services.Time.GetElapsedTime(0);
        run.Remember(usage, services.Metrics);
        run.Turn.OnUsage(usage, now);
        if (_acting.IsCompleted && Decide(usage, now) is { } act)
        {
            _acting = ActAsync(act);
        }
    }

    private Func<Task>? Decide(TreeUsage usage, TimeSpan now)
    {
        if (run.End is not null)
        {
            return null;
        }

        var idleFor = run.Turn.IdleSince is { } since ? now - since : (TimeSpan?)null;
        if (_options.Limits.Check(usage) is { } breach && (breach.IsHard || idleFor is not null))
        {
            var isCount = breach.IsHard && _options.Limits.MaxProcesses > 0 && usage.Processes > _options.Limits.MaxProcesses;
            var cause = isCount ? AgentExitCause.ProcessLimit : breach.IsHard ? AgentExitCause.MemoryLimit : AgentExitCause.Idle;
            return () => EndAsync(new AgentEnd(cause, $"The agent was ended: {breach.Reason}."));
        }

        if (idleFor >= _options.IdleTimeout)
        {
            return () => EndAsync(new AgentEnd(AgentExitCause.Idle, "The agent had nothing to do for long."));
        }

        return run.Turn.Next(now) is { } stall ? () => OnStallAsync(stall.Step, stall.Reason) : null;
    }

    private async Task ActAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception)
        {
            Log.Failed(_logger, exception, session.Id); // the next look tries again
        }
    }

    private Task EndAsync(AgentEnd end)
    {
        Log.Ends(_logger, session.Id, end.Reason!);
        return end.IsOrderly ? session.StopIdleAsync(run, end) : session.StopAsync(run.Launch.LaunchId, AgentStopMode.Kill, end);
    }

    private async Task OnStallAsync(AgentStallStep step, string reason)
    {
        services.Metrics.Stalled(step);
        Log.Stalled(_logger, session.Id, reason);
        await session.Output.AppendAsync(
            AgentEventTypes.Stalled, new AgentStalled(run.Launch.LaunchId, step, reason), WorkerJson.Default.AgentStalled);
        if (step == AgentStallStep.Interrupted)
        {
            // {"type":"control_request","request_id":"…","request":{"subtype":"interrupt"}}; a full queue makes no difference, the kill follows.
            run.Process.TryWrite(InterruptLine());
        }
        else if (step == AgentStallStep.Killed)
        {
            await session.StopAsync(run.Launch.LaunchId, AgentStopMode.Kill, new AgentEnd(AgentExitCause.Stalled, reason));
        }
    }

    private static byte[] InterruptLine()
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "control_request"u8);
            json.WriteString("request_id"u8, Guid.NewGuid().ToString());
            json.WriteStartObject("request"u8);
            json.WriteString("subtype"u8, "interrupt"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Session {SessionId}: {Reason}")]
        public static partial void Ends(ILogger logger, Guid sessionId, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Session {SessionId}: the turn makes no progress. {Reason}")]
        public static partial void Stalled(ILogger logger, Guid sessionId, string reason);

        [LoggerMessage(3, LogLevel.Error, "Session {SessionId}: keeping the agent within its limits failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception, Guid sessionId);
    }
}
