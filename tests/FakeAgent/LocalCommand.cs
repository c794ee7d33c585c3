using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Slash commands that the CLI answers itself, without the model.</summary>
internal static class LocalCommand
{
    public static Func<Turn, Task<TurnResult>>? Find(string prompt) => prompt.Split(' ')[0] switch
    {
        "/cost" => turn => Print(turn, "Total cost: $0.0125\nTotal duration (wall): 1s"),
        "/context" => turn => Print(turn, "## Context Usage\n\n**Tokens:** 12.3k / 200k (6%)"),
        "/compact" => Compact,
        _ => null,
    };

    private static Task<TurnResult> Print(Turn turn, string output)
    {
        var uuid = Guid.NewGuid().ToString();
        turn.Agent.Lines.System("local_command", $"<local-command-stdout>{output}</local-command-stdout>", uuid);
        turn.Agent.Emit(new JsonObject
        {
            ["type"] = "system",
            ["subtype"] = "local_command_output",
            ["content"] = output,
            ["uuid"] = uuid,
        });
        return Task.FromResult(TurnResult.Success(output, numTurns: 0));
    }

    private static Task<TurnResult> Compact(Turn turn)
    {
        var agent = turn.Agent;
        agent.EmitStatus("compacting");
        var uuid = Guid.NewGuid().ToString();
        var metadata = new JsonObject { ["trigger"] = "manual", ["pre_tokens"] = 12_345 };
        agent.Lines.System("compact_boundary", "Conversation compacted", uuid, new JsonObject { ["compactMetadata"] = metadata.DeepClone() });
        agent.Emit(new JsonObject
        {
            ["type"] = "system",
            ["subtype"] = "compact_boundary",
            ["compact_metadata"] = metadata,
            ["uuid"] = uuid,
        });
        var summary = new JsonObject { ["role"] = "user", ["content"] = "This session is being continued. Summary: nothing much." };
        var flags = new JsonObject { ["isVisibleInTranscriptOnly"] = true, ["isCompactSummary"] = true };
        agent.Lines.User(summary, Guid.NewGuid().ToString(), flags);
        agent.EmitStatus(null);
        return Task.FromResult(TurnResult.Success(string.Empty, numTurns: 0));
    }
}
