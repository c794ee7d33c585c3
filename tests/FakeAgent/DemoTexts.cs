using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>What <see cref="DemoScript"/> says.</summary>
internal static class DemoTexts
{
    public const string FileStart = "# Notes of the demo\n\n- [x] wrote this file\n- [ ] look at it again\n";

    public const string NotChanged = "You did not allow it, so **nothing has been changed**.";

    public const string Help = """
        Hello! I am a **scripted agent**: no model is behind me, and no account is used. Try:

        | Say | and see |
        |---|---|
        | `write a note` | a tool that asks for permission and writes a file |
        | `edit it` | the same with a diff |
        | `make a plan` | Markdown with headings, a table and code |
        | `ask me` | a question with answers to choose from |
        | `a long answer` | a minute of streaming, which you can stop |
        | `fail` | an error of the API |
        """;

    public const string Plan = """
        # Plan

        Small steps, each of which works by itself.

        ## Ways

        | Way | Effort | Risk |
        |---|:---:|---|
        | In place | small | low |
        | Beside the old one | medium | low |
        | Anew | large | **high** |

        ## Steps

        1. Write down what it does today, as a test.
        2. Make the change:

           ```csharp
           public static decimal Total(IEnumerable<Line> lines) =>
               Math.Round(lines.Sum(line => line.Price * line.Count), 2);
           ```

        3. Run everything:

           ```bash
           dotnet test && git diff --stat
           ```

        > The first step is the one that pays: without it nobody knows what has changed.

        Say *write* and I begin.
        """;

    public const string Long = "This goes on for about a minute, so that there is time to try things: scroll up while it runs, open the session in a second "
        + "window, cut the connection and come back, or press stop. Every client sees the same words in the same order, and who comes late gets what was "
        + "missed.";

    public static string Changed(string file, string tool) => $"""
        Done: `{file}` is written, with the tool {tool}.

        - You were asked before, and can allow it for the whole session.
        - Say *edit it again* for a change with a diff.
        """;

    public static JsonObject Question() => new()
    {
        ["questions"] = new JsonArray(new JsonObject
        {
            ["question"] = "Which way shall I go?",
            ["header"] = "Way",
            ["multiSelect"] = false,
            ["options"] = new JsonArray(
                Option("In place", "Small and quick"),
                Option("Beside the old one", "Both work for a while"),
                Option("Anew", "Clean, but much work")),
        }),
    };

    private static JsonObject Option(string label, string description) => new() { ["label"] = label, ["description"] = description };
}
