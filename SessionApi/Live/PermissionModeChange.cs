using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live;

/// <summary>A change of the permission mode: set by a control request, and recorded when the agent has agreed and says that it is in that mode.</summary>
internal sealed class PermissionModeChange(LiveSession session)
{
    private string? _requested;
    private TaskCompletionSource? _reported;

    /// <summary>The mode that waits for the end of the turn; null when none does. Under the session's gate.</summary>
    public string? Deferred { get; set; }

    /// <summary>Whether this mode is being set from here.</summary>
    public bool IsRequested(string mode) => Volatile.Read(ref _requested) == mode;

    /// <summary>The agent says in which mode it is. Under the session's gate.</summary>
    public void OnReported(string mode)
    {
        if (mode == _requested)
        {
            _reported?.TrySetResult();
        }
    }

    /// <summary>Sets the mode of an idle agent and records it; during a turn it waits.</summary>
    /// <returns>Null, or why it failed.</returns>
    public async Task<string?> ApplyAsync(string mode)
    {
        AgentRun? run;
        lock (session.Gate)
        {
            run = session.Agent.Current;
            if (run is not null && session.Turns.AnyWritten)
            {
                Deferred = mode;
            }
            else
            {
                Deferred = null; // an older one
                _requested = mode;
                _reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (_requested is null)
        {
            await session.RecordAsync(new SessionMetaChange { PermissionMode = mode }); // so that it is not lost with this process
            return null;
        }

        try
        {
            if (run is not null && await AskAsync(run, mode) is { } failure)
            {
                await session.RecordAsync(new SessionMetaChange { PermissionMode = run.PermissionMode }); // a deferred one was recorded before
                return failure;
            }

            run?.PermissionMode = mode;
            await session.RecordAsync(new SessionMetaChange { PermissionMode = mode });
            lock (session.Gate)
            {
                session.Broadcast(Frame.PermissionModeChanged(mode));
            }

            return null;
        }
        finally
        {
            lock (session.Gate)
            {
                (_requested, _reported) = (null, null);
            }
        }
    }

    /// <summary>Applies the mode that waited for the end of the turn, unless another turn has begun.</summary>
    /// <returns>Null, or why it failed.</returns>
    public async Task<string?> ApplyDeferredAsync()
    {
        string? mode;
        lock (session.Gate)
        {
            mode = session.Turns.AnyWritten ? null : Deferred;
        }

        return mode is null ? null : await ApplyAsync(mode);
    }

    /// <summary>Asks the agent. It agrees with its answer and, unless it was in that mode already, with a report of the mode that it is in.</summary>
    private async Task<string?> AskAsync(AgentRun run, string mode)
    {
        var wasIn = run.PermissionMode;
        if (await session.Controls.SendAsync(session.Agent, run, "set_permission_mode", json => json.WriteString("mode"u8, mode)) is { } failure)
        {
            return failure;
        }

        try
        {
            await (mode == wasIn ? Task.CompletedTask : _reported!.Task.WaitAsync(session.Services.Options.ControlTimeout, session.Services.Time));
            return null;
        }
        catch (TimeoutException)
        {
            return $"The agent agreed to the permission mode \"{mode}\" and did not report it within {session.Services.Options.ControlTimeout.TotalSeconds:0.#} s.";
        }
    }
}
