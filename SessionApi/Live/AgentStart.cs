using Sidecar.Contracts;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>Starts the session's agent with what the transcript says, and with the person's usual choice where it says nothing.</summary>
internal sealed class AgentStart(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<AgentStart>();

    /// <summary>Starts the agent ahead of its first message. Without effect when it runs, a turn is on its way, or too much waits already.</summary>
    public void Prewarm() => _ = session.Transitions.TryAdd(async () =>
    {
        try
        {
            bool needed;
            lock (session.Gate)
            {
                needed = session is { IsDeleted: false, Turns.Any: false, Agent.Current: null };
            }

            if (needed && await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is { } facts)
            {
                await StartAsync(facts, turn: null);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LiveSessionLog.PrewarmFailed(_logger, session.Id, exception.Message); // the first message tries again and tells the person
        }
    });

    /// <summary>Starts the agent. Called in a transition, when none runs.</summary>
    /// <exception cref="WorkerFailedException">The agent could not be started.</exception>
    public async Task StartAsync(TranscriptFacts facts, Turn? turn)
    {
        var defaults = SessionDefaults.Of(await session.Services.Settings.ReadAsync(CancellationToken.None));
        var launch = new AgentLaunch
        {
            LaunchId = Guid.NewGuid().ToString("n"),
            WorkDir = facts.WorkDir,
            Resume = facts.TranscriptMessageCount > 0,
            Model = facts.RuntimeModelId,
            Effort = facts.EffortLevel ?? defaults.Effort,
            PermissionMode = facts.PermissionMode ?? defaults.PermissionMode,
            Prewarm = turn is null,
        };
        lock (session.Gate)
        {
            if (session.IsDeleted)
            {
                return;
            }

            // From here on the end of this run is the end of the turn.
            turn?.LaunchId = launch.LaunchId;
        }

        if (!launch.Resume)
        {
            await session.Services.Transcripts.SetAsidePlaceholderAsync(session.Id, CancellationToken.None);
        }

        try
        {
            await session.Agent.StartAsync(launch, new RuntimeConfig(facts.RuntimeProviderId, launch.Model, launch.Effort));
        }
        catch (WorkerFailedException)
        {
            await session.Services.Transcripts.SettlePlaceholderAsync(session.Id, CancellationToken.None);
            throw;
        }
    }
}
