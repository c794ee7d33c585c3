using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>What the agent reports of itself: tasks in the background, and where it works.</summary>
internal static class ReportDirectives
{
    /// <summary>A task begins and goes on until it is stopped.</summary>
    public static Task BackgroundTaskAsync(Turn turn, Directive directive)
    {
        turn.Agent.Emit(new JsonObject
        {
            ["type"] = "system",
            ["subtype"] = "task_started",
            ["task_id"] = directive.Arguments[0],
            ["task_type"] = directive.Arguments[1],
            ["description"] = "Works in the background",
        });
        return Task.CompletedTask;
    }

    /// <summary>Ends a task, and tells why it cannot when its name begins with "stuck". One that begins with "silent" is not answered at all.</summary>
    /// <returns>Null when it was stopped, "" when there is no answer, else why not.</returns>
    public static string? StopTask(Agent agent, string task)
    {
        if (task.StartsWith("silent", StringComparison.Ordinal))
        {
            return string.Empty;
        }

        if (task.StartsWith("stuck", StringComparison.Ordinal))
        {
            return $"Task {task} cannot be stopped";
        }

        agent.Emit(new JsonObject
        {
            ["type"] = "system",
            ["subtype"] = "task_notification",
            ["task_id"] = task,
            ["status"] = "stopped",
            ["summary"] = "Stopped",
        });
        return null;
    }

    public static Task DirectoryAsync(Turn turn, Directive directive)
    {
        var init = InitMessage.Create(turn.Agent);
        init["cwd"] = string.Join(' ', directive.Arguments);
        turn.Agent.Emit(init);
        return Task.CompletedTask;
    }
}
