using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// Changes of the permission mode and of the runtime (provider, model, effort). Without an agent they are recorded; with an idle one they are
/// applied; during a turn they wait for its end, so that a change never costs a turn.
/// </summary>
internal sealed class RuntimeChanges(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<RuntimeChanges>();
    private string? _requestedMode;
    private string? _deferredMode;
    private bool _restartDeferred;

    /// <summary>Whether the agent reports a mode that is being set from here and will be announced when it is recorded.</summary>
    public bool IsRequested(string mode) => Volatile.Read(ref _requestedMode) == mode;

    public void SetPermissionMode(LiveConnection sender, string? mode)
    {
        if (!PermissionModes.IsValid(mode))
        {
            sender.Send(Frame.Error("PERMISSION_MODE_INVALID", $"Invalid permission mode: \"{mode}\". Allowed are {string.Join(", ", PermissionModes.All)}."));
            return;
        }

        Add("permission mode", () => ApplyModeAsync(mode!), sender, "PERMISSION_MODE_CHANGE_FAILED");
    }

    public void SetRuntime(LiveConnection sender, RuntimeConfig wanted)
    {
        if (string.IsNullOrWhiteSpace(wanted.ModelId))
        {
            sender.Send(Frame.Error("RUNTIME_CONFIG_INVALID", "\"modelId\" must be a non-empty string."));
        }
        else if (wanted.Effort is not null && !EffortLevels.IsValid(wanted.Effort))
        {
            sender.Send(Frame.Error("RUNTIME_CONFIG_INVALID", $"Invalid \"effortLevel\": \"{wanted.Effort}\". Allowed are {string.Join(", ", EffortLevels.All)}."));
        }
        else
        {
            Add("runtime", () => ApplyRuntimeAsync(wanted), sender, "CLI_RESTART_FAILED");
        }
    }

    /// <summary>Applies what waited for the end of a turn.</summary>
    public void ApplyDeferred()
    {
        string? mode;
        bool restart;
        lock (session.Gate)
        {
            if (session.Turns.AnyWritten)
            {
                return;
            }

            (mode, _deferredMode) = (_deferredMode, null);
            (restart, _restartDeferred) = (_restartDeferred, false);
        }

        if (mode is not null)
        {
            Add("permission mode", () => ApplyModeAsync(mode), sender: null, "PERMISSION_MODE_CHANGE_FAILED");
        }

        if (restart)
        {
            Add("runtime", RestartAsync, sender: null, "CLI_RESTART_FAILED");
        }
    }

    /// <summary>The agent has changed its mode by itself, as after a plan that was accepted; the next one is started with it.</summary>
    public void OnChangedByAgent(string mode)
    {
        if (_deferredMode is null && PermissionModes.IsValid(mode))
        {
            Record("permission mode", new SessionMetaChange { PermissionMode = mode });
        }
    }

    /// <summary>The agent works in another directory than it was started in.</summary>
    public void OnMoved(string directory) => Record("directory", new SessionMetaChange { WorkDir = directory });

    /// <summary>
    /// An agent of an earlier life of this process was taken over. What is recorded of it and is not so yet was waiting for the end of a turn, and
    /// still does.
    /// </summary>
    public void AfterAdoption() => Add("recorded changes", ApplyRecordedAsync, sender: null, "CLI_RESTART_FAILED");

    /// <summary>Nothing is to be applied any more. Under the session's gate.</summary>
    public void Forget() => (_deferredMode, _restartDeferred) = (null, false);

    private void Record(string what, SessionMetaChange change) =>
        Add(what, async () =>
        {
            await RecordAsync(change);
            return null;
        }, sender: null, "CLI_ERROR");

    private async Task<string?> ApplyRecordedAsync()
    {
        if (session.Agent.Current is not { } run || await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is not { } facts)
        {
            return null;
        }

        bool restart;
        string? mode;
        lock (session.Gate)
        {
            // Where nothing was recorded it was started with a person's usual choice, which may be another one by now.
            restart = run.Runtime != new RuntimeConfig(facts.RuntimeProviderId, facts.RuntimeModelId, facts.EffortLevel ?? run.Runtime.Effort);
            mode = facts.PermissionMode is { } recorded && run.PermissionMode is { } effective && recorded != effective ? recorded : null;
            (_deferredMode, _restartDeferred) = (restart ? null : mode, restart);
        }

        ApplyDeferred(); // unless a turn is under way, whose end does it
        return null;
    }

    private void Add(string what, Func<Task<string?>> change, LiveConnection? sender, string errorCode) => _ = session.Transitions.Add(async () =>
    {
        string? failure;
        try
        {
            failure = await change();
        }
        catch (WorkerFailedException exception)
        {
            failure = exception.Message;
        }
        catch (IOException exception)
        {
            LiveSessionLog.ChangeFailed(_logger, exception, session.Id, what);
            failure = $"The change could not be recorded: {exception.Message}";
        }

        if (failure is not null)
        {
            var error = Frame.Error(errorCode, failure);
            lock (session.Gate)
            {
                if (sender is not null)
                {
                    sender.Send(error);
                }
                else
                {
                    session.Broadcast(error);
                }

                if (!session.Turns.Any)
                {
                    session.Broadcast(Frame.Idle);
                }
            }
        }
    });

    /// <returns>Null, or why it failed.</returns>
    private async Task<string?> ApplyModeAsync(string mode)
    {
        AgentRun? run;
        lock (session.Gate)
        {
            run = session.Agent.Current;
            if (run is not null && session.Turns.AnyWritten)
            {
                _deferredMode = mode;
            }
            else
            {
                _requestedMode = mode;
            }
        }

        if (_requestedMode is null)
        {
            await RecordAsync(new SessionMetaChange { PermissionMode = mode }); // so that it is not lost with this process
            return null;
        }

        try
        {
            if (run is not null
                && await session.Controls.SendAsync(session.Agent, run, "set_permission_mode", json => json.WriteString("mode"u8, mode)) is { } failure)
            {
                await RecordAsync(new SessionMetaChange { PermissionMode = run.PermissionMode }); // a deferred one was recorded before
                return failure;
            }

            run?.PermissionMode = mode;
            await RecordAsync(new SessionMetaChange { PermissionMode = mode });
            lock (session.Gate)
            {
                session.Broadcast(Frame.PermissionModeChanged(mode));
            }

            return null;
        }
        finally
        {
            Volatile.Write(ref _requestedMode, null);
        }
    }

    private async Task<string?> ApplyRuntimeAsync(RuntimeConfig wanted)
    {
        if (await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is not { } facts)
        {
            return $"Session {session.Id} has no transcript. Create it with POST /api/sessions.";
        }

        var run = session.Agent.Current;
        // What runs is what counts: clients repeat on every connect what the list showed them.
        var effective = run?.Runtime ?? new RuntimeConfig(facts.RuntimeProviderId, facts.RuntimeModelId, facts.EffortLevel);
        var target = wanted with { Effort = wanted.Effort ?? effective.Effort };
        if (target == effective)
        {
            return null;
        }

        await RecordAsync(new SessionMetaChange
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
                _restartDeferred = true;
                return null;
            }

            if (run is null)
            {
                session.Broadcast(Frame.RuntimeConfigApplied(target));
                return null;
            }
        }

        return await RestartAsync();
    }

    /// <summary>Replaces the idle agent by one with the recorded runtime, which goes on with the same transcript.</summary>
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
            session.Broadcast(Frame.RuntimeConfigApplied(new RuntimeConfig(facts.RuntimeProviderId, facts.RuntimeModelId, facts.EffortLevel)));
            if (!session.Turns.Any)
            {
                session.Broadcast(Frame.Idle);
            }
        }

        return null;
    }

    private Task RecordAsync(SessionMetaChange change) => session.Services.Transcripts.RecordMetaAsync(session.Id, change, CancellationToken.None);
}
