using System.Text.Json.Nodes;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>Prompts that make the FakeAgent use a tool.</summary>
internal static class Prompts
{
    /// <summary>Asks whether it may write a file, and writes it.</summary>
    public static string Write(string path, string content) => Tool(WriteOf(path, content));

    /// <summary>The same for many files in one turn.</summary>
    public static string Writes(IEnumerable<string> paths) =>
        $"MOCK_TOOLS {new JsonArray([.. paths.Select(path => WriteOf(path, "yes"))]).ToJsonString()}";

    /// <summary>Asks whether it may run a command, which fails.</summary>
    public static string FailingCommand(string command) => Tool(new JsonObject
    {
        ["tool"] = "Bash",
        ["input"] = new JsonObject { ["command"] = command },
        ["fail"] = "no such file",
    });

    private static JsonObject WriteOf(string path, string content) => new()
    {
        ["tool"] = "Write",
        ["input"] = new JsonObject { ["file_path"] = path, ["content"] = content },
        ["write"] = new JsonObject { ["path"] = path, ["content"] = content },
    };

    private static string Tool(JsonObject script) => $"MOCK_TOOL {script.ToJsonString()}";
}
