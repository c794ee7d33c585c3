using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// Turns a launch into the program and arguments of the agent CLI: Claude Code's public stream-json interface over standard input and output, or
/// the same messages over a socket that it opens to us. Arguments reach the CLI as they are; nothing goes through a shell.
/// </summary>
internal sealed class AgentCommandLine(IOptions<AgentOptions> options, IConfiguration configuration)
{
    private const string BypassPermissions = "bypassPermissions";

    private static string? SearchPath => Environment.GetEnvironmentVariable("PATH");

    /// <summary>The program as configured, for messages.</summary>
    public string Command { get; } = Configured(options.Value, configuration);

    /// <summary>The program's path, or null when it cannot be found.</summary>
    public string? FindProgram() => ExecutablePath.Find(Command, SearchPath);

    /// <summary>Where it is looked for.</summary>
    public IReadOnlyList<string> PlacesOfProgram() => ExecutablePath.PlacesOf(Command, SearchPath);

    /// <summary>The arguments for a launch of a session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="launch">The launch.</param>
    /// <param name="sdkUrl">Where the CLI connects to; null when it is spoken to over its standard streams.</param>
    public List<string> Arguments(Guid sessionId, AgentLaunch launch, Uri? sdkUrl)
    {
        string[] session = [launch.Resume ? "--resume" : "--session-id", sessionId.ToString("D")];
        List<string> arguments = sdkUrl is null ? [.. options.Value.Arguments, .. StdioArguments(session)] : [.. options.Value.Arguments, .. SdkArguments(sdkUrl, session)];
        AddValue("--model", launch.Model);
        AddValue("--effort", launch.Effort);
        if (sdkUrl is not null && launch.PermissionMode == BypassPermissions)
        {
            arguments.Add("--dangerously-skip-permissions");
            return arguments;
        }

        if (sdkUrl is not null && launch.PermissionMode is not null)
        {
            arguments.Add("--allow-dangerously-skip-permissions"); // so that the mode can be changed to that one later
        }

        AddValue("--permission-mode", launch.PermissionMode);
        return arguments;

        void AddValue(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                arguments.AddRange([name, value]);
            }
        }
    }

    private static string[] StdioArguments(string[] session) =>
    [
        "-p", "--verbose",
        "--input-format", "stream-json",
        "--output-format", "stream-json",
        "--include-partial-messages",
        "--replay-user-messages",
        "--permission-prompt-tool", "stdio",
        .. session,
    ];

    private static string[] SdkArguments(Uri sdkUrl, string[] session) =>
    [
        "--print", "--verbose",
        "--sdk-url", sdkUrl.AbsoluteUri,
        "--enable-auth-status",
        "--input-format", "stream-json",
        "--output-format", "stream-json",
        "--include-partial-messages",
        .. session,
        "--replay-user-messages",
    ];

    private static string Configured(AgentOptions options, IConfiguration configuration)
    {
        var isDefault = configuration[$"{AgentOptions.Section}:{nameof(AgentOptions.Command)}"] is null;
        return isDefault && configuration["CLAUDE_CLI_PATH"] is { Length: > 0 } path ? path : options.Command;
    }
}
