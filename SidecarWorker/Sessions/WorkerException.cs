using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>A command that cannot be carried out, with the answer that the caller gets.</summary>
internal sealed class WorkerException(int status, string error, string message) : Exception(message)
{
    public int Status => status;

    public string Error => error;

    public static WorkerException BadRequest(string message) => new(StatusCodes.Status400BadRequest, WorkerErrors.BadRequest, message);

    public static WorkerException SdkTokenInvalid() => new(
        StatusCodes.Status403Forbidden, WorkerErrors.SdkTokenInvalid, "The token is missing, or is not that of the session's current run.");

    public static WorkerException Refused(string reason) => new(StatusCodes.Status403Forbidden, WorkerErrors.Forbidden, reason);

    public static WorkerException SecretNeeded() => new(
        StatusCodes.Status401Unauthorized, WorkerErrors.Unauthorized, "The Authorization header must carry the worker's secret (Sidecar:WorkerSecret).");

    public static WorkerException NotRunning(Guid session) => new(
        StatusCodes.Status404NotFound, WorkerErrors.NotRunning, $"The agent of session {session} is not running, or this is not its current run.");

    public static WorkerException AlreadyRunning(Guid session, string launchId) => new(
        StatusCodes.Status409Conflict, WorkerErrors.AlreadyRunning, $"Session {session} is running as launch {launchId}; stop that run first.");

    public static WorkerException WorkDirInvalid(string workDir) => new(
        StatusCodes.Status422UnprocessableEntity, WorkerErrors.WorkDirInvalid, $"The working directory {workDir} does not exist.");

    public static WorkerException SpawnFailed(string command, string reason) => new(
        StatusCodes.Status422UnprocessableEntity,
        WorkerErrors.SpawnFailed,
        $"The agent command \"{command}\" could not be started: {reason}. Install it, or set Sidecar:Agent:Command (Sidecar__Agent__Command) to its path.");

    public static WorkerException InputQueueFull(Guid session) => new(
        StatusCodes.Status429TooManyRequests, WorkerErrors.InputQueueFull, $"The agent of session {session} does not read its input; its queue is full.");

    public static WorkerException LimitReached(long limit) => new(
        StatusCodes.Status503ServiceUnavailable,
        WorkerErrors.LimitReached,
        $"{limit} agents run and none of them is idle; that is as many as Sidecar:Agent:MaxProcesses allows. Stop one, or raise the limit.");

    public static WorkerException UnknownSidecar(string name, IEnumerable<string> known) => new(
        StatusCodes.Status404NotFound,
        WorkerErrors.UnknownSidecar,
        $"No sidecar \"{name}\" is configured. Known are: {(string.Join(", ", known) is { Length: > 0 } names ? names : "none")}.");

    public static WorkerException SidecarDisabled(string name) => new(
        StatusCodes.Status409Conflict,
        WorkerErrors.SidecarDisabled,
        $"The sidecar {name} is disabled: Sidecar:Sidecars:{name}:Enabled is false. Set it to true and restart Sidecar.");

    public static WorkerException Unavailable(string reason) => new(
        StatusCodes.Status503ServiceUnavailable, WorkerErrors.Unavailable, reason);
}
