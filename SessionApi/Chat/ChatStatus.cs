using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Chat;

/// <param name="State"><c>idle</c>, <c>thinking</c>, <c>compacting</c> or <c>tool_executing</c>.</param>
/// <param name="ActivityState"><c>waiting</c> for a person, <c>failed</c>, <c>running</c> or <c>idle</c>.</param>
internal sealed record ChatStatus(string State, string ActivityState)
{
    /// <param name="live">What the session does; null when it is not live.</param>
    /// <param name="isMarked">A message was posted to it that nobody has stopped.</param>
    public static ChatStatus Of(LiveActivity? live, bool isMarked)
    {
        var state = live switch
        {
            { HasTurn: true, IsStopped: false, Work: AgentWork.ToolExecuting } => "tool_executing",
            { HasTurn: true, IsStopped: false, Work: AgentWork.Compacting } => "compacting",
            { HasTurn: true, IsStopped: false } => "thinking",
            _ => isMarked ? "thinking" : "idle",
        };
        var activity = live switch
        {
            { IsStopped: true } => "idle",
            { IsAsking: true } => "waiting",
            { Works: true } => "running",
            { HasFailed: true } => "failed",
            _ => isMarked ? "running" : "idle",
        };
        return new ChatStatus(state, activity);
    }
}
