using System.Text.Json.Nodes;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>Prompts that make the FakeAgent use a tool.</summary>
internal static class Prompts
{
    /// <summary>Asks whether it may write a file, and writes it.</summary>
    public static string Write(string path, string content) => Tool(new JsonObject
    {
        ["tool"] = "Write",
        ["input"] = new JsonObject { ["file_path"] = path, ["content"] = content },
        ["write"] = new JsonObject { ["path"] = path, ["content"] = content },
    });

    /// <summary>Asks whether it may run a command, which fails.</summary>
    public static string FailingCommand(string command) => Tool(new JsonObject
    {
        ["tool"] = "Bash",
        ["input"] = new JsonObject { ["command"] = command },
        ["fail"] = "no such file",
    });

    private static string Tool(JsonObject script) => $"MOCK_TOOL {script.ToJsonString()}";
}
