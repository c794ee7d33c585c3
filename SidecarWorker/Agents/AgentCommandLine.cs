using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// Turns a launch into the program, arguments and environment of the agent CLI: Claude Code's public stream-json interface over
/// standard input and output. Arguments reach the CLI as they are; nothing goes through a shell.
/// </summary>
internal sealed class AgentCommandLine(IOptions<AgentOptions> options, IConfiguration configuration)
{
    /// <summary>The program as configured, for messages.</summary>
    public string Command { get; } = Configured(options.Value, configuration);

    /// <summary>The program's path, or null when it cannot be found.</summary>
    public string? FindProgram() => ExecutablePath.Find(Command, Environment.GetEnvironmentVariable("PATH"));

    /// <summary>The arguments for a launch of a session.</summary>
    public List<string> Arguments(Guid sessionId, AgentLaunch launch)
    {
        List<string> arguments =
        [
            .. options.Value.Arguments,
            "-p", "--verbose",
            "--input-format", "stream-json",
            "--output-format", "stream-json",
            "--include-partial-messages",
            "--replay-user-messages",
            "--permission-prompt-tool", "stdio",
            launch.Resume ? "--resume" : "--session-id", sessionId.ToString("D"),
        ];
        AddValue("--model", launch.Model);
        AddValue("--effort", launch.Effort);
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

    /// <summary>What differs from our own environment.</summary>
    public static Dictionary<string, string?> EnvironmentChanges(string workDir)
    {
        var changes = ChildEnvironment.Changes();
        changes["PWD"] = workDir;
        // The transcript is on disk before the turn's result is written.
        changes["CLAUDE_CODE_EAGER_FLUSH"] = "1";
        changes["CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING"] = "1";
        // Set when we were started from a CLI's own shell; it would take itself for nested and refuse to start.
        changes["CLAUDECODE"] = null;
        return changes;
    }

    private static string Configured(AgentOptions options, IConfiguration configuration)
    {
        var isDefault = configuration[$"{AgentOptions.Section}:{nameof(AgentOptions.Command)}"] is null;
        return isDefault && configuration["CLAUDE_CLI_PATH"] is { Length: > 0 } path ? path : options.Command;
    }
}
