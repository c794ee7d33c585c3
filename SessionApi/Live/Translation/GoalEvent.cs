namespace Sidecar.SessionApi.Live.Translation;

/// <summary>What the CLI's command <c>/goal</c> did, known by its answer.</summary>
/// <param name="Action">As clients know it: created, status, completed, cleared or message.</param>
/// <param name="Status">How the goal is, where that is known.</param>
/// <param name="Objective">What a new goal is.</param>
/// <param name="Message">The answer.</param>
internal sealed record GoalEvent(string Action, string? Status, string? Objective, string Message)
{
    private const string Set = "Goal set:";

    /// <summary>Reads the answer; null when it is another command's.</summary>
    public static GoalEvent? Of(string answer)
    {
        if (answer.StartsWith(Set, StringComparison.Ordinal))
        {
            var objective = answer[Set.Length..].Split('\n')[0].Trim();
            return new GoalEvent("created", "active", objective.Length > 0 ? objective : null, answer);
        }

        return answer switch
        {
            "Goal cleared." => new GoalEvent("cleared", null, null, answer),
            "Goal marked complete." => new GoalEvent("completed", null, null, answer),
            "No active goal." => new GoalEvent("message", null, null, answer),
            _ when answer.StartsWith("Goal cleared:", StringComparison.Ordinal) => new GoalEvent("cleared", null, null, answer),
            _ when answer.StartsWith("Goal continuing:", StringComparison.Ordinal) => new GoalEvent("status", "continuing", null, answer),
            _ => null,
        };
    }

    public ReadOnlyMemory<byte> ToFrame() => Frame.Of("system_notification", this, static (json, goal) =>
    {
        json.WriteString("subtype"u8, "goal_event"u8);
        json.WriteString("message"u8, goal.Message);
        json.WriteStartObject("data"u8);
        json.WriteString("action"u8, goal.Action);
        if (goal.Status is not null)
        {
            json.WriteString("status"u8, goal.Status);
        }

        if (goal.Objective is not null)
        {
            json.WriteString("objective"u8, goal.Objective);
        }

        json.WriteString("message"u8, goal.Message);
        json.WriteEndObject();
    });
}
