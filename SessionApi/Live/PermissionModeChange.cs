using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live;

/// <summary>A change of the permission mode: set by a control request, and recorded when the agent has agreed.</summary>
internal sealed class PermissionModeChange(LiveSession session)
{
    private string? _requested;

    /// <summary>The mode that waits for the end of the turn; null when none does. Under the session's gate.</summary>
    public string? Deferred { get; set; }

    /// <summary>Whether this mode is being set from here.</summary>
    public bool IsRequested(string mode) => Volatile.Read(ref _requested) == mode;

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
                _requested = mode;
            }
        }

        if (_requested is null)
        {
            await session.RecordAsync(new SessionMetaChange { PermissionMode = mode }); // so that it is not lost with this process
            return null;
        }

        try
        {
            if (run is not null
                && await session.Controls.SendAsync(session.Agent, run, "set_permission_mode", json => json.WriteString("mode"u8, mode)) is { } failure)
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
            Volatile.Write(ref _requested, null);
        }
    }
}
