using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>What a live session does.</summary>
/// <param name="HasTurn">A turn is open.</param>
/// <param name="Works">A turn, the agent by its own word, or a task in the background goes on.</param>
/// <param name="IsStopped">A person has stopped it, and nothing was begun since.</param>
/// <param name="HasFailed">The last turn ended with an error.</param>
/// <param name="IsAsking">A permission prompt is open.</param>
/// <param name="HasAgent">Its agent's process runs.</param>
/// <param name="Work">What the agent does in the turn.</param>
internal readonly record struct LiveActivity(
    bool HasTurn, bool Works, bool IsStopped, bool HasFailed, bool IsAsking, bool HasAgent, AgentWork Work)
{
    public static LiveActivity Of(LiveSession session)
    {
        lock (session.Gate)
        {
            var run = session.Agent.Current;
            return new LiveActivity(
                session.Turns.Any,
                session.Turns.Any || run is { SaysItWorks: true } || session.BackgroundTasks.Running.Count > 0,
                session.Stop.IsPending || (!session.Turns.Any && session.Turns.LastOutcome == MessageOutcome.Stopped),
                session.Turns.LastOutcome == MessageOutcome.Failed,
                session.Prompts.Count > 0,
                run is not null,
                run?.Work ?? AgentWork.Thinking);
        }
    }
}
