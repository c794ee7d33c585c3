using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Runs one turn from "started" to its result.</summary>
internal sealed class TurnRunner(Agent agent)
{
    public async Task RunAsync(UserInput input)
    {
        using var turn = new Turn(agent, input);
        await agent.LateInit;
        agent.Begin(turn);
        Open(turn);
        TurnResult result;
        try
        {
            await DirectiveTable.BeforeAnswerAsync(turn);
            result = await Answer.GiveAsync(turn);
        }
        catch (OperationCanceledException) when (turn.Interrupted.IsCancellationRequested)
        {
            turn.EmitUserMessage(new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "[Request interrupted by user]" }),
            });
            result = new TurnResult("error_during_execution", IsError: true, Text: null);
        }

        agent.EndTurn();
        Close(turn, result);
        await agent.Transcript.ReleaseAsync();
        await DirectiveTable.AfterResultAsync(turn);
    }

    private void Open(Turn turn)
    {
        var input = turn.Input;
        agent.EmitLifecycle(input.Uuid, "started");
        agent.EmitSessionState("running");
        agent.EmitInit();
        agent.EmitStatus("requesting");
        agent.Lines.QueueOperation("dequeue");
        agent.Lines.User(input.Message, input.Uuid);
        agent.Lines.Noise(input.Text, agent.TotalCost);
        if (!agent.Settings.NoReplay)
        {
            agent.Emit(new JsonObject
            {
                ["type"] = "user",
                ["message"] = input.Message.DeepClone(),
                ["parent_tool_use_id"] = null,
                ["isReplay"] = true,
                ["uuid"] = input.Uuid,
            });
        }
    }

    private void Close(Turn turn, TurnResult result)
    {
        agent.EmitLifecycle(turn.Input.Uuid, "completed");
        agent.TotalCost += result.NumTurns == 0 ? 0 : turn.Usage.Cost;
        agent.Emit(result.ToMessage(turn.ElapsedMilliseconds, agent.TotalCost, turn.Usage, agent.Model));
        agent.EmitSessionState("idle");
    }
}
