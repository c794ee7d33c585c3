using System.Diagnostics;
using Sidecar.Contracts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>What an agent CLI finds in its environment: the person's own, and what a launch needs.</summary>
internal static class AgentEnvironment
{
    // What a CLI that connects to us is told on top, unless the person has said otherwise. It watches its own model streams, so that a turn ends
    // by itself long before we would have to interrupt it.
    private static readonly (string Name, string Value)[] SdkDefaults =
    [
        ("CLAUDE_CODE_ENABLE_TASKS", "1"),
        ("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS", "1"),
        ("CLAUDE_ENABLE_STREAM_WATCHDOG", "1"),
        ("CLAUDE_STREAM_IDLE_TIMEOUT_MS", "240000"),
        ("CLAUDE_STREAM_MAX_DURATION_MS", "600000"),
        ("CLAUDE_STREAM_TOOL_INPUT_MAX_DURATION_MS", "120000"),
        ("CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK", "1"),
    ];

    /// <summary>What differs from our own environment.</summary>
    /// <param name="launch">The launch.</param>
    /// <param name="sdkUrl">Where the CLI connects to; null when it is spoken to over its standard streams.</param>
    public static Dictionary<string, string?> Changes(AgentLaunch launch, Uri? sdkUrl)
    {
        var changes = ChildEnvironment.Changes();
        changes["PWD"] = launch.WorkDir;
        // The transcript is on disk before the turn's result is written.
        changes["CLAUDE_CODE_EAGER_FLUSH"] = "1";
        changes["CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING"] = "1";
        // Set when we were started from a CLI's own shell; it would take itself for nested and refuse to start.
        changes["CLAUDECODE"] = null;
        // W3C Trace Context: what the CLI tells of itself belongs to the turn that starts it.
        if (Activity.Current is { Recorded: true, Id: { } parent })
        {
            changes["TRACEPARENT"] = parent;
        }

        if (launch.Prewarm)
        {
            changes["CLAUDE_CODE_RESUME_INTERRUPTED_TURN"] = null;
        }

        if (sdkUrl is not null)
        {
            changes["CALLER_DIR"] = launch.WorkDir;
            foreach (var (name, value) in SdkDefaults.Where(variable => Environment.GetEnvironmentVariable(variable.Name) is null))
            {
                changes[name] = value;
            }
        }

        return changes;
    }
}
