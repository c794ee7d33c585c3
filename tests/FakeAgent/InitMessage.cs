using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

internal static class InitMessage
{
    public static readonly (string Name, string Description)[] Commands =
    [
        ("compact", "Clear conversation history but keep a summary in context"),
        ("context", "Show current context usage"),
        ("cost", "Show the total cost and duration of the current session"),
        ("review", "Review a pull request"),
    ];

    public static JsonObject Create(Agent agent) => new()
    {
        ["type"] = "system",
        ["subtype"] = "init",
        ["cwd"] = Environment.CurrentDirectory,
        ["tools"] = Json.Array(["Agent", "AskUserQuestion", "Bash", "Edit", "ExitPlanMode", "Read", "Write"]),
        ["mcp_servers"] = new JsonArray(),
        ["model"] = agent.Model,
        ["permissionMode"] = agent.PermissionMode,
        ["slash_commands"] = Json.Array(Commands.Select(c => c.Name)),
        ["apiKeySource"] = "none",
        ["claude_code_version"] = TranscriptLines.Version,
        ["output_style"] = "default",
        ["agents"] = Json.Array(["general-purpose"]),
        ["skills"] = Json.Array(["review"]),
        ["plugins"] = new JsonArray(),
    };
}
