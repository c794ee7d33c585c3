using Sidecar.Contracts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>Why an agent did not start, in words that say what to do.</summary>
/// <param name="Code">The code of the client's error frame.</param>
/// <param name="Message">The cause, the last output and what to do.</param>
/// <param name="Retryable">Whether the same message may succeed when it is sent again.</param>
internal sealed record StartFailure(string Code, string Message, bool? Retryable)
{
    // Enough for a stack trace's head; the whole output is in the worker's log.
    private const int ShownLines = 20;

    /// <summary>The session is claimed, or seems to be.</summary>
    public bool IsConflict => Code == "CLI_SESSION_CONFLICT";

    public ReadOnlyMemory<byte> ToFrame() => Frame.Error(Code, Message, Retryable);

    /// <summary>The worker refused the start or did not answer.</summary>
    public static StartFailure Of(WorkerFailedException refused) => refused.Error switch
    {
        WorkerErrors.SpawnFailed or WorkerErrors.WorkDirInvalid => new StartFailure(refused.Error, refused.Message, null),
        WorkerErrors.LimitReached => new StartFailure(refused.Error, refused.Message, true),
        _ => new StartFailure("CLI_START_FAILED", refused.Message, true),
    };

    /// <summary>The process ended before it had written a single message.</summary>
    public static StartFailure Of(AgentExited exited)
    {
        var output = string.Join('\n', exited.LastOutput.TakeLast(ShownLines));
        if (Contains(output, "not logged in") || Contains(output, "/login"))
        {
            return new StartFailure(
                "CLI_AUTH_REQUIRED", $"The agent CLI asks for a login. Run it once in a terminal, use /login, and send the message again.\n{output}", null);
        }

        if (Contains(output, "session id") && Contains(output, "already in use"))
        {
            return new StartFailure(
                "CLI_SESSION_CONFLICT", $"Another process uses this session. Close it, and send the message again.\n{output}", true);
        }

        var hint = output.Length > 0 ? output : "It wrote nothing. Run the command in a terminal to see what it lacks.";
        return new StartFailure("CLI_START_FAILED", $"The agent CLI ended at start with code {exited.ExitCode}.\n{hint}", true);
    }

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
