using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Status;

/// <summary>What a first visit is told: whether the parts are in place.</summary>
/// <param name="ConfigDir">Where the agent CLI keeps its files.</param>
/// <param name="ProjectsDir">Where its transcripts are.</param>
/// <param name="ProjectsDirExists">Whether that folder is there.</param>
/// <param name="ConfigDirFrom"><c>CLAUDE_CONFIG_DIR</c> when that names it, else <c>default</c>.</param>
/// <param name="Sessions">How many sessions are in the list, so far as it was read.</param>
/// <param name="Agent">The agent CLI; null when the worker does not answer.</param>
/// <param name="WorkerReachable">Whether it does.</param>
/// <param name="IsDemo">Whether the sessions are made up (<c>Sidecar:Demo</c>).</param>
internal sealed record SetupStatus(
    string ConfigDir,
    string ProjectsDir,
    bool ProjectsDirExists,
    string ConfigDirFrom,
    int Sessions,
    SetupAgent? Agent,
    bool WorkerReachable,
    bool IsDemo);

/// <param name="Command">As it is configured.</param>
/// <param name="Path">Where it was found; null when it was not.</param>
/// <param name="Searched">Where it was looked for.</param>
internal sealed record SetupAgent(string Command, string? Path, IReadOnlyList<string> Searched);

/// <summary>Puts it together when it is asked for.</summary>
internal sealed class SetupStatusSource(
    TranscriptRoot root, SessionCatalog catalog, WorkerClient worker, IOptions<DemoOptions> demo, TimeProvider time)
{
    public async Task<SetupStatus> NowAsync(CancellationToken cancellationToken)
    {
        var agent = await WorkerQuestion.AskAsync(worker.FindAgentAsync, time, cancellationToken);
        return new SetupStatus(
            root.ConfigDirectory,
            root.ProjectsDirectory,
            Directory.Exists(root.ProjectsDirectory),
            root.IsConfigured ? "CLAUDE_CONFIG_DIR" : "default",
            catalog.Stand().Rows,
            agent is null ? null : new SetupAgent(agent.Command, agent.Path, agent.Searched ?? []),
            agent is not null,
            demo.Value.IsDemo);
    }
}
