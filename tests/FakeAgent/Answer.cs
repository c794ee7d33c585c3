using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Chooses the answer by the prompt's text.</summary>
internal static class Answer
{
    private const string EchoPrefix = "Echo: ";

    public static async Task<TurnResult> GiveAsync(Turn turn)
    {
        var prompt = turn.Input.Prompt;
        if (prompt.Contains("trigger api error", StringComparison.OrdinalIgnoreCase))
        {
            return ApiError.Give(turn, thenExit: prompt.Contains("and exit", StringComparison.OrdinalIgnoreCase));
        }

        if (LocalCommand.Find(prompt) is { } command)
        {
            return await command(turn);
        }

        if (ToolScript.FindAll(prompt) is { Count: > 0 } scripts)
        {
            var outcome = await ToolTurn.RunAsync(turn, scripts);
            return await SayAsync(turn, outcome);
        }

        return await SayAsync(turn, Reply(turn));
    }

    private static string Reply(Turn turn) => turn switch
    {
        { Input.Prompt.Length: > 0 } => EchoPrefix + turn.Input.Prompt,
        { Remarks.Count: > 0 } => string.Join('\n', turn.Remarks),
        _ when turn.Input.Directives.Any(d => d.Name == "slow") => string.Empty, // its words are the answer
        _ => "Done.",
    };

    /// <summary>A thinking block and a text block, the text in three pieces or more.</summary>
    private static async Task<TurnResult> SayAsync(Turn turn, string text)
    {
        var stream = turn.OpenStream();
        stream.Start();
        await stream.ThinkAsync("Let me think about that.");
        stream.OpenText();
        var pieces = Split(text);
        if (pieces.Length > 0)
        {
            await stream.TextAsync(pieces[0]);
        }

        await DirectiveTable.WithinTextAsync(turn, stream);
        foreach (var piece in pieces.Skip(1))
        {
            await stream.TextAsync(piece);
        }

        var said = stream.CloseText();
        stream.Finish("end_turn");
        return TurnResult.Success(said, turn.ModelCalls);
    }

    /// <summary>An echo has the whole prompt in one piece, other texts come word by word.</summary>
    private static string[] Split(string text) => text.StartsWith(EchoPrefix, StringComparison.Ordinal)
        ? ["Echo", ": ", text[EchoPrefix.Length..]]
        : [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((word, i) => i == 0 ? word : " " + word)];
}

/// <summary>The provider refuses: a made-up assistant message, then an error result or the end.</summary>
internal static class ApiError
{
    private const string Text = "Prompt is too long";

    public static TurnResult Give(Turn turn, bool thenExit)
    {
        var uuid = Guid.NewGuid().ToString();
        var message = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = "<synthetic>",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Text }),
            ["stop_reason"] = "stop_sequence",
        };
        var kind = new JsonObject { ["error"] = "invalid_request", ["isApiErrorMessage"] = true };
        turn.Agent.Lines.Assistant(message, uuid, kind);
        turn.Agent.Emit(new JsonObject
        {
            ["type"] = "assistant",
            ["message"] = message,
            ["parent_tool_use_id"] = null,
            ["error"] = "invalid_request",
            ["isApiErrorMessage"] = true,
            ["uuid"] = uuid,
        });
        if (thenExit)
        {
            Exits.Crash(1, Text);
        }

        return new TurnResult("success", IsError: true, Text);
    }
}
