using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>One command line of a prompt: "@slow 50 40" has the name "slow" and two arguments.</summary>
internal sealed record Directive(string Name, string[] Arguments)
{
    public int Number(int index, int otherwise = 0) =>
        index < Arguments.Length ? int.Parse(Arguments[index], null) : otherwise;
}

/// <summary>A user message from stdin, taken apart.</summary>
internal sealed record UserInput(string Uuid, JsonNode Message, string Text, string Prompt, IReadOnlyList<Directive> Directives)
{
    public static UserInput Read(JsonObject line)
    {
        var message = line["message"] ?? new JsonObject { ["role"] = "user", ["content"] = string.Empty };
        var text = message.Text("content") ?? string.Join('\n', Texts(message["content"]));
        var directives = new List<Directive>();
        var rest = new List<string>();
        foreach (var textLine in text.Split('\n'))
        {
            var words = textLine.TrimEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [['@', .. var name], .. var arguments] && DirectiveTable.Knows(name))
            {
                directives.Add(new Directive(name, arguments));
            }
            else
            {
                rest.Add(textLine); // an @"path" of an attachment, for example
            }
        }

        var uuid = line.Text("uuid") ?? Guid.NewGuid().ToString();
        return new UserInput(uuid, message, text, string.Join('\n', rest).Trim(), directives);
    }

    private static IEnumerable<string> Texts(JsonNode? content) =>
        content is JsonArray blocks ? blocks.Select(b => b.Text("text")).OfType<string>() : [];
}
