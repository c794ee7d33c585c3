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
    private readonly PermissionModeChange _mode = new(session);
    private readonly RuntimeChange _runtime = new(session);

    /// <summary>Whether the agent reports a mode that is being set from here and will be announced when it is recorded.</summary>
    public bool IsRequested(string mode) => _mode.IsRequested(mode);

    /// <summary>The agent says in which mode it is. Under the session's gate.</summary>
    public void OnReported(string mode) => _mode.OnReported(mode);

    public void SetPermissionMode(LiveConnection sender, string? mode)
    {
        if (!PermissionModes.IsValid(mode))
        {
            sender.Send(Frame.Error("PERMISSION_MODE_INVALID", $"Invalid permission mode: \"{mode}\". Allowed are {string.Join(", ", PermissionModes.All)}."));
            return;
        }

        TryAdd("permission mode", () => _mode.ApplyAsync(mode!), sender, "PERMISSION_MODE_CHANGE_FAILED");
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
            TryAdd("runtime", () => _runtime.ApplyAsync(wanted), sender, "CLI_RESTART_FAILED");
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

            (mode, _mode.Deferred) = (_mode.Deferred, null);
            (restart, _runtime.IsRestartDeferred) = (_runtime.IsRestartDeferred, false);
        }

        if (mode is not null)
        {
            Add("permission mode", () => _mode.ApplyAsync(mode), "PERMISSION_MODE_CHANGE_FAILED");
        }

        if (restart)
        {
            Add("runtime", _runtime.RestartAsync, "CLI_RESTART_FAILED");
        }
    }

    /// <summary>The agent has changed its mode by itself, as after a plan that was accepted; the next one is started with it.</summary>
    public void OnChangedByAgent(string mode)
    {
        if (_mode.Deferred is null && PermissionModes.IsValid(mode))
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
    public void AfterAdoption() => Add("recorded changes", ApplyRecordedAsync, "CLI_RESTART_FAILED");

    /// <summary>Nothing is to be applied any more. Under the session's gate.</summary>
    public void Forget() => (_mode.Deferred, _runtime.IsRestartDeferred) = (null, false);

    private void Record(string what, SessionMetaChange change) =>
        TryAdd(what, async () =>
        {
            await session.RecordAsync(change);
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
            (_mode.Deferred, _runtime.IsRestartDeferred) = (restart ? null : mode, restart);
        }

        ApplyDeferred(); // unless a turn is under way, whose end does it
        return null;
    }

    private void Add(string what, Func<Task<string?>> change, string errorCode) =>
        _ = session.Transitions.Add(() => RunAsync(what, change, sender: null, errorCode));

    /// <summary>The same for what a client or the agent may ask for again and again: refused when too much waits.</summary>
    private void TryAdd(string what, Func<Task<string?>> change, LiveConnection? sender, string errorCode)
    {
        if (session.Transitions.TryAdd(() => RunAsync(what, change, sender, errorCode)) is null)
        {
            LiveSessionLog.TooManyChanges(_logger, session.Id, what);
            Report(Frame.Error(errorCode, $"Too many changes of this session's agent wait for one another; the {what} stays as it is. Try again later."), sender);
        }
    }

    private async Task RunAsync(string what, Func<Task<string?>> change, LiveConnection? sender, string errorCode)
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
            Report(Frame.Error(errorCode, failure), sender);
        }
    }

    private void Report(ReadOnlyMemory<byte> error, LiveConnection? sender)
    {
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
}
