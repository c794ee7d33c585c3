using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Chat;

/// <param name="State"><c>idle</c>, <c>thinking</c>, <c>compacting</c> or <c>tool_executing</c>.</param>
/// <param name="ActivityState"><c>waiting</c> for a person, <c>failed</c>, <c>running</c> or <c>idle</c>.</param>
internal sealed record ChatStatus(string State, string ActivityState)
{
    public const string Waiting = "waiting";
    public const string Running = "running";
    public const string Failed = "failed";
    public const string Idle = "idle";

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
        var activity = ActivityOf(live);
        return new ChatStatus(state, isMarked && activity == Idle && live is not { IsStopped: true } ? Running : activity);
    }

    /// <summary>What the session's list shows of it.</summary>
    public static string ActivityOf(LiveActivity? live) => live switch
    {
        { IsStopped: true } => Idle,
        { IsAsking: true } => Waiting,
        { Works: true } => Running,
        { HasFailed: true } => Failed,
        _ => Idle,
    };
}
