using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live;

/// <summary>What the agent's <c>system</c> messages report of its state: mode, directory, tasks, whether it works. Under the session's gate.</summary>
internal sealed class AgentReports(LiveSession session)
{
    // Thousands of tools and commands; what is larger is not remembered.
    private const int MaxInitBytes = 512 * 1024;

    public void OnMessage(AgentRun run, JsonElement message, bool past)
    {
        if (message.Is("subtype"u8, "init"u8) && JsonMarshal.GetRawUtf8Value(message).Length <= MaxInitBytes)
        {
            run.Init = message.Clone();
        }

        session.BackgroundTasks.OnMessage(message);
        if (message.Text("permissionMode"u8) is { } mode)
        {
            if (mode != run.PermissionMode)
            {
                OnMode(run, message, mode, past);
            }

            session.Changes.OnReported(mode);
        }

        if (message.Is("subtype"u8, "session_state_changed"u8))
        {
            run.SaysItWorks = message.Is("state"u8, "running"u8);
        }
        else if (message.Is("subtype"u8, "init"u8) && message.Text("cwd"u8) is { } directory && directory != run.WorkDir && IsPath(directory))
        {
            OnDirectory(run, directory);
        }
    }

    private void OnMode(AgentRun run, JsonElement message, string mode, bool past)
    {
        var wasKnown = run.PermissionMode is not null;
        run.PermissionMode = mode;
        if (wasKnown && message.Is("subtype"u8, "status"u8) && !session.Changes.IsRequested(mode))
        {
            session.Broadcast(Frame.PermissionModeChanged(mode));
            if (!past)
            {
                session.Changes.OnChangedByAgent(mode);
            }
        }
    }

    // A relative one would be looked for below our own directory, and no path holds a NUL.
    private static bool IsPath(string directory) => Path.IsPathFullyQualified(directory) && !directory.Contains('\0', StringComparison.Ordinal);

    // An agent in a worktree names its own directory. A link to the launch's directory is the same one.
    private void OnDirectory(AgentRun run, string directory)
    {
        var isSame = run.WorkDir is { } known && RealPath.Resolve(directory) == RealPath.Resolve(known);
        run.WorkDir = directory;
        if (!isSame)
        {
            session.Changes.OnMoved(directory);
        }
    }
}
