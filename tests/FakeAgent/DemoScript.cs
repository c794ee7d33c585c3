using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Answers plain text as an agent would, for people who try a user interface. README.md lists the words that decide.</summary>
internal static class DemoScript
{
    /// <summary>The only file that is ever written.</summary>
    private const string FileName = "sidecar-demo.md";

    private const int LongWords = 600;

    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(100);

    private static readonly (string Word, Func<Turn, Task<TurnResult>> Answer)[] Answers =
    [
        ("edit", ChangeAsync),
        ("fix", ChangeAsync),
        ("write", ChangeAsync),
        ("change", ChangeAsync),
        ("plan", turn => SayAsync(turn, "They would like a plan. I compare the ways first.", DemoTexts.Plan)),
        ("ask", AskAsync),
        ("long", StreamAsync),
        ("stream", StreamAsync),
        ("fail", turn => ApiError.GiveAsync(turn, thenExit: false)),
    ];

    public static Task<TurnResult> GiveAsync(Turn turn)
    {
        var words = turn.Input.Prompt.Split([.. turn.Input.Prompt.Where(letter => !char.IsLetter(letter)).Distinct()]);
        var answers =
            from word in words
            from answer in Answers
            where word.StartsWith(answer.Word, StringComparison.OrdinalIgnoreCase)
            select answer.Answer;
        return answers.FirstOrDefault() is { } found ? found(turn) : SayAsync(turn, "A greeting, or a question. I say what I can do.", DemoTexts.Help);
    }

    private static async Task<TurnResult> ChangeAsync(Turn turn)
    {
        var path = Path.Combine(Environment.CurrentDirectory, FileName);
        var script = File.Exists(path) ? Edit(path, await File.ReadAllTextAsync(path, turn.Interrupted)) : Write(path);
        var stream = turn.OpenStream();
        stream.Start();
        await stream.ThinkAsync("A small change. I make it in a file of my own, and ask before I do.");
        await SpeakAsync(stream, $"I will put that into `{FileName}`.");
        var used = await ToolTurn.UseAsync(turn, stream, [script]);
        return await SayAsync(turn, null, used is [null] ? DemoTexts.NotChanged : DemoTexts.Changed(FileName, script.Tool));
    }

    private static ToolScript Write(string path) => new(
        "Write", new JsonObject { ["file_path"] = path, ["content"] = DemoTexts.FileStart }, path, DemoTexts.FileStart, Failure: null);

    private static ToolScript Edit(string path, string text)
    {
        var last = text.TrimEnd().Split('\n')[^1];
        var replacement = $"{last}\n- [x] change number {text.Split('\n').Length}\n- [ ] look at it again";
        return new ToolScript(
            "Edit",
            new JsonObject { ["file_path"] = path, ["old_string"] = last, ["new_string"] = replacement },
            path,
            $"{text.TrimEnd()[..^last.Length]}{replacement}\n",
            Failure: null);
    }

    private static async Task<TurnResult> AskAsync(Turn turn)
    {
        var stream = turn.OpenStream();
        stream.Start();
        await stream.ThinkAsync("There is more than one way, so I ask.");
        await SpeakAsync(stream, "Before I begin I have a question.");
        var used = await ToolTurn.UseAsync(turn, stream, [new ToolScript("AskUserQuestion", DemoTexts.Question(), null, string.Empty, Failure: null)]);
        var answers = used is [{ } input] && input["answers"] is JsonObject given
            ? string.Join('\n', given.Select(answer => $"- {answer.Key} **{answer.Value}**"))
            : string.Empty;
        return await SayAsync(turn, null, answers.Length > 0 ? $"Thank you. I have noted:\n\n{answers}" : "You did not answer, so I leave it as it is.");
    }

    /// <summary>About a minute of text, to look at, to leave and come back to, and to stop.</summary>
    private static async Task<TurnResult> StreamAsync(Turn turn)
    {
        var words = DemoTexts.Long.Split(' ');
        var stream = turn.OpenStream();
        stream.Start();
        stream.OpenText();
        await stream.TextAsync("# A long answer\n\n");
        for (var i = 0; i < LongWords; i++)
        {
            await stream.TextAsync(i % words.Length == words.Length - 1 ? $"{words[^1]}\n\n" : $"{words[i % words.Length]} ");
            await turn.PauseAsync(LongPause - turn.Agent.Settings.StreamDelay);
        }

        var said = stream.CloseText();
        stream.Finish("end_turn");
        return TurnResult.Success(said, turn.ModelCalls);
    }

    private static async Task<TurnResult> SayAsync(Turn turn, string? thought, string text)
    {
        var stream = turn.OpenStream();
        stream.Start();
        if (thought is not null)
        {
            await stream.ThinkAsync(thought);
        }

        var said = await SpeakAsync(stream, text);
        stream.Finish("end_turn");
        return TurnResult.Success(said, turn.ModelCalls);
    }

    private static async Task<string> SpeakAsync(AssistantStream stream, string text)
    {
        stream.OpenText();
        for (var from = 0; from < text.Length;)
        {
            // A word with the blank behind it.
            var blank = text.AsSpan(from).IndexOfAny(' ', '\n');
            var end = blank < 0 ? text.Length : from + blank + 1;
            await stream.TextAsync(text[from..end]);
            from = end;
        }

        return stream.CloseText();
    }
}
