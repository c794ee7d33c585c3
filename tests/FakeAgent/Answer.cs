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
            return await ApiError.GiveAsync(turn, thenExit: prompt.Contains("and exit", StringComparison.OrdinalIgnoreCase));
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

        if (turn.Agent.Settings.IsDemo && turn.Input.Directives.Count == 0)
        {
            return await DemoScript.GiveAsync(turn);
        }

        return await SayAsync(turn, Reply(turn));
    }

    private static string Reply(Turn turn) => turn switch
    {
        { Input.Prompt.Length: > 0 } => EchoPrefix + turn.Input.Prompt,
        { Remarks.Count: > 0 } => string.Join('\n', turn.Remarks),
        _ when turn.Input.Directives.Any(d => d.Name is "slow" or "count") => string.Empty, // its words are the answer
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
