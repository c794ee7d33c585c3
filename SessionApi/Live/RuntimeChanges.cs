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
    private SessionMetaChange? _reported; // by the agent, and not recorded yet

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

    /// <summary>Applies what waited for the end of a turn, unless another one has begun when it is this step's turn: then that one's end does it.</summary>
    public void ApplyDeferred()
    {
        lock (session.Gate)
        {
            if (session.Turns.AnyWritten || (_mode.Deferred is null && !_runtime.IsRestartDeferred))
            {
                return;
            }
        }

        Add("permission mode", _mode.ApplyDeferredAsync, "PERMISSION_MODE_CHANGE_FAILED");
        Add("runtime", _runtime.ApplyDeferredAsync, "CLI_RESTART_FAILED");
    }

    /// <summary>The agent's run has ended. What waited for the end of its turn is recorded, so the next one is started with it. Under the session's gate.</summary>
    public void OnRunEnded()
    {
        var (mode, runtime) = (_mode.Deferred is not null, _runtime.IsRestartDeferred);
        (_mode.Deferred, _runtime.IsRestartDeferred) = (null, false);
        if (mode || runtime)
        {
            Add("recorded changes", () => TellRecordedAsync(mode, runtime), "CLI_ERROR"); // behind the changes that were asked for after them
        }
    }

    /// <summary>The agent has changed its mode by itself, as after a plan that was accepted; the next one is started with it. Under the session's gate.</summary>
    public void OnChangedByAgent(string mode)
    {
        if (_mode.Deferred is null && PermissionModes.IsValid(mode))
        {
            Record((_reported ?? new SessionMetaChange()) with { PermissionMode = mode });
        }
    }

    /// <summary>The agent works in another directory than it was started in. Under the session's gate.</summary>
    public void OnMoved(string directory) => Record((_reported ?? new SessionMetaChange()) with { WorkDir = directory });

    /// <summary>
    /// An agent of an earlier life of this process was taken over. What is recorded of it and is not so yet was waiting for the end of a turn, and
    /// still does.
    /// </summary>
    public void AfterAdoption() => Add("recorded changes", ApplyRecordedAsync, "CLI_RESTART_FAILED");

    /// <summary>Records what the agent reports: one step for all that it reports until then, however much that is.</summary>
    private void Record(SessionMetaChange reported)
    {
        var isUnderWay = _reported is not null;
        _reported = reported;
        if (!isUnderWay)
        {
            Add("reported state", RecordReportedAsync, "CLI_ERROR");
        }
    }

    private async Task<string?> RecordReportedAsync()
    {
        SessionMetaChange reported;
        lock (session.Gate)
        {
            (reported, _reported) = (_reported!, null);
        }

        await session.RecordAsync(reported);
        return null;
    }

    private async Task<string?> TellRecordedAsync(bool mode, bool runtime)
    {
        if (await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is not { } facts)
        {
            return null; // there is nothing left to start
        }

        lock (session.Gate)
        {
            if (mode && facts.PermissionMode is { } recorded)
            {
                session.Broadcast(Frame.PermissionModeChanged(recorded));
            }

            if (runtime)
            {
                session.Broadcast(Frame.RuntimeConfigApplied(RuntimeChange.RecordedIn(facts)));
            }
        }

        return null;
    }

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

    /// <summary>The same for what a client may ask for again and again: refused when too much waits.</summary>
    private void TryAdd(string what, Func<Task<string?>> change, LiveConnection sender, string errorCode)
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
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LiveSessionLog.ChangeFailed(_logger, exception, session.Id, what);
            failure = $"The change could not be made or recorded: {exception.Message}";
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
