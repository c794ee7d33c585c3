using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>What goes on when the result of the turn has been written: the next turn waits for its end.</summary>
internal static class LateDirectives
{
    /// <summary>Words, a permission question that waits for its answer, and a result of its own, all behind the turn's result.</summary>
    public static async Task OutputAsync(Turn turn, Directive directive)
    {
        var stream = turn.OpenStream();
        stream.Start();
        stream.OpenText();
        await stream.TextAsync("late words");
        stream.CloseText();
        stream.Finish("tool_use");
        var decision = await turn.Agent.Permissions.AskAsync(
            new JsonObject { ["subtype"] = "can_use_tool", ["tool_name"] = "Write", ["input"] = new JsonObject() }, CancellationToken.None);
        var result = TurnResult.Success($"late result after {decision.Text("behavior")}");
        turn.Agent.Emit(result.ToMessage(0, turn.Agent.TotalCost, turn.Usage, turn.Agent.Model));
    }

    /// <summary>It works beside its turns for that long, and says so.</summary>
    public static async Task BusyAsync(Turn turn, Directive directive)
    {
        EmitState(turn.Agent, "running");
        await Task.Delay(TimeSpan.FromMilliseconds(directive.Number(0)), TimeProvider.System);
        EmitState(turn.Agent, "idle");
    }

    private static void EmitState(Agent agent, string state) =>
        agent.Emit(new JsonObject { ["type"] = "system", ["subtype"] = "session_state_changed", ["state"] = state });
}
