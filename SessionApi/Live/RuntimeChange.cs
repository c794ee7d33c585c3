using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live;

/// <summary>A change of the runtime (provider, model, effort): an agent takes it at its start only, so one that runs is replaced.</summary>
internal sealed class RuntimeChange(LiveSession session)
{
    /// <summary>The restart waits for the end of the turn. Under the session's gate.</summary>
    public bool IsRestartDeferred { get; set; }

    /// <summary>Records the runtime, and restarts an idle agent with it; during a turn that waits.</summary>
    /// <returns>Null, or why it failed.</returns>
    public async Task<string?> ApplyAsync(RuntimeConfig wanted)
    {
        if (await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is not { } facts)
        {
            return $"Session {session.Id} has no transcript. Create it with POST /api/sessions.";
        }

        var run = session.Agent.Current;
        // What runs, or waits to, is what counts: clients repeat on every connect what the list showed them.
        var effective = IsRestartDeferred || run is null ? RecordedIn(facts) : run.Runtime;
        var target = wanted with { Effort = wanted.Effort ?? effective.Effort };
        if (target == effective)
        {
            return null;
        }

        await session.RecordAsync(new SessionMetaChange
        {
            SetsRuntime = true,
            RuntimeProviderId = target.ProviderId,
            RuntimeModelId = target.ModelId,
            EffortLevel = target.Effort,
        });
        lock (session.Gate)
        {
            if (run is not null && session.Turns.AnyWritten)
            {
                IsRestartDeferred = target != run.Runtime;
                if (!IsRestartDeferred)
                {
                    session.Broadcast(Frame.RuntimeConfigApplied(target)); // what waited is taken back
                }

                return null;
            }

            IsRestartDeferred = false;
            if (run is null)
            {
                session.Broadcast(Frame.RuntimeConfigApplied(target));
                return null;
            }
        }

        return await RestartAsync();
    }

    /// <summary>Restarts the agent when that waited for the end of the turn, unless another turn has begun.</summary>
    /// <returns>Null, or why it failed.</returns>
    public async Task<string?> ApplyDeferredAsync()
    {
        lock (session.Gate)
        {
            if (session.Turns.AnyWritten || !IsRestartDeferred)
            {
                return null;
            }

            IsRestartDeferred = false;
        }

        return await RestartAsync();
    }

    /// <summary>What the session's transcript says.</summary>
    public static RuntimeConfig RecordedIn(TranscriptFacts facts) => new(facts.RuntimeProviderId, facts.RuntimeModelId, facts.EffortLevel);

    /// <summary>Replaces the idle agent by one with the recorded runtime, which goes on with the same transcript.</summary>
    /// <returns>Null, or why it failed.</returns>
    private async Task<string?> RestartAsync()
    {
        await session.Agent.StopAsync(force: false);
        if (session.Agent.Current is not null)
        {
            return "The running agent could not be stopped.";
        }

        if (await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is not { } facts)
        {
            return $"Session {session.Id} has no transcript any more.";
        }

        await session.Start.StartAsync(facts, turn: null);
        lock (session.Gate)
        {
            session.Broadcast(Frame.RuntimeConfigApplied(RecordedIn(facts)));
            if (!session.Turns.Any)
            {
                session.Broadcast(Frame.Idle);
            }
        }

        return null;
    }
}
