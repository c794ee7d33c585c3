namespace Sidecar.Tests.FakeAgent;

/// <summary>What the command line asked for. The options are those of the real CLI.</summary>
internal sealed record AgentArguments
{
    public string SessionId { get; private set; } = Guid.NewGuid().ToString();

    public bool Resume { get; private set; }

    /// <summary>The server to connect to; null for stdin and stdout.</summary>
    public Uri? SdkUrl { get; private set; }

    public string Model { get; private set; } = "fake-model-1";

    public string PermissionMode { get; private set; } = "default";

    public static readonly string[] PermissionModes = ["acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan"];

    private static readonly HashSet<string> Switches =
    [
        "-p", "--print", "--verbose", "--include-partial-messages", "--replay-user-messages",
        "--dangerously-skip-permissions", "--allow-dangerously-skip-permissions", "--enable-auth-status",
    ];

    private static readonly HashSet<string> Options =
    [
        "--input-format", "--output-format", "--permission-prompt-tool", "--session-id", "--resume", "--model",
        "--permission-mode", "--effort", "--thinking", "--settings", "--mcp-config", "--add-dir",
        "--append-system-prompt", "--worktree", "--worktree-base-ref", "--sdk-url",
    ];

    /// <summary>Reads the command line; the error is the line for stderr.</summary>
    public static (AgentArguments Arguments, string? Error) Parse(string[] args)
    {
        var parsed = new AgentArguments();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            if (Switches.Contains(name))
            {
                if (name == "--dangerously-skip-permissions")
                {
                    parsed.PermissionMode = "bypassPermissions";
                }
            }
            else if (!Options.Contains(name))
            {
                return (parsed, $"error: unknown option '{name}'");
            }
            else if (++i == args.Length)
            {
                return (parsed, $"error: option '{name}' argument missing");
            }
            else if (parsed.Apply(name, args[i]) is { } error)
            {
                return (parsed, error);
            }
        }

        return (parsed, null);
    }

    private string? Apply(string name, string value)
    {
        switch (name)
        {
            case "--session-id" or "--resume":
                if (!Guid.TryParseExact(value, "D", out _))
                {
                    return "Error: Invalid session ID. Must be a valid UUID.";
                }

                SessionId = value;
                Resume = name == "--resume";
                break;
            case "--sdk-url":
                if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss"))
                {
                    return $"Error: --sdk-url {value} is not the address of a WebSocket.";
                }

                SdkUrl = url;
                break;
            case "--model":
                Model = value;
                break;
            case "--permission-mode":
                if (!PermissionModes.Contains(value))
                {
                    return $"error: option '--permission-mode <mode>' argument '{value}' is invalid. Allowed choices are {string.Join(", ", PermissionModes)}.";
                }

                PermissionMode = value;
                break;
            case "--input-format" or "--output-format" when value != "stream-json":
                return $"error: option '{name} <format>' argument '{value}' is invalid. FakeAgent speaks stream-json only.";
        }

        return null;
    }
}
