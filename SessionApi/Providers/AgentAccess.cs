using System.Text.Json.Nodes;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Providers;

/// <summary>
/// Finds out whether a turn may be tried. What the agent CLI needs to log in is its own affair and it says so itself; without the CLI there is
/// nobody who could.
/// </summary>
internal sealed class AgentAccess(WorkerClient worker, UserSettings settings, TranscriptRoot root, IConfiguration environment, TimeProvider time)
{
    private static readonly string[] Variables =
    [
        "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX",
    ];

    public async Task<AgentAccessStatus> FindAsync(CancellationToken cancellationToken)
    {
        var agent = await WorkerQuestion.AskAsync(worker.FindAgentAsync, time, cancellationToken);
        if (agent is null)
        {
            // Nobody knows. A session can be made, and its first message says what is wrong if something is.
            return new AgentAccessStatus(HasAuth: true, "unknown", Message: null);
        }

        return agent.Path is null
            ? new AgentAccessStatus(
                HasAuth: false,
                "none",
                $"The agent CLI \"{agent.Command}\" was not found. Install it, or name its path in Sidecar:Agent:Command or CLAUDE_CLI_PATH.")
            : new AgentAccessStatus(HasAuth: true, Source(await settings.ReadAsync(cancellationToken)), Message: null);
    }

    private string Source(JsonObject user) =>
        Variables.Any(name => !string.IsNullOrWhiteSpace(environment[name]) || SessionDefaults.Text(user["env"] as JsonObject, name) is not null) ? "env"
        : File.Exists(Path.Combine(root.ConfigDirectory, ".credentials.json")) ? "login"
        : "cli";
}
