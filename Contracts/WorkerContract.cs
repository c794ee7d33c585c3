using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sidecar.Contracts;

/// <summary>
/// The worker's HTTP contract. Every command is idempotent, by nature or by the id that it carries, so all of them may be retried.
/// <list type="bullet">
/// <item><c>GET /v1/sessions</c>: <see cref="AgentSessionList"/>.</item>
/// <item><c>POST /v1/sessions/{id}/start</c> with <see cref="AgentLaunch"/>: 200 <see cref="AgentSession"/>.</item>
/// <item><c>POST /v1/sessions/{id}/input</c> with <see cref="AgentInput"/>: 204.</item>
/// <item><c>POST /v1/sessions/{id}/stop</c> with <see cref="AgentStopRequest"/>: 200 <see cref="AgentStopped"/>.</item>
/// <item><c>GET /v1/sessions/{id}/events</c>: SSE, see <see cref="AgentEventTypes"/>.</item>
/// <item><c>GET /v1/limits</c>: <see cref="WorkerLimits"/>.</item>
/// <item><c>GET /v1/agent</c>: <see cref="AgentProgram"/>.</item>
/// <item><c>GET /v1/sidecars</c>: <see cref="SidecarList"/>.</item>
/// <item><c>POST /v1/sidecars/{name}/start</c>, <c>stop</c> and <c>reset</c>: 200 <see cref="SidecarStatus"/>.</item>
/// <item><c>POST /v1/sidecars/{name}/restart</c>: the same; with <see cref="IdempotencyKey"/> a repeated one is one restart.</item>
/// </list>
/// Errors are <c>application/problem+json</c> with a member <c>error</c>, one of <see cref="WorkerErrors"/>, and <c>message</c>.
/// </summary>
public static class WorkerContract
{
    /// <summary>The worker's name in service discovery and in telemetry.</summary>
    public const string ServiceName = "sidecar-worker";

    /// <summary>All sessions.</summary>
    public const string Sessions = "/v1/sessions";

    /// <summary>What grows with use, and how far it may.</summary>
    public const string Limits = "/v1/limits";

    /// <summary>The program that runs turns.</summary>
    public const string Agent = "/v1/agent";

    /// <summary>Where agent CLIs connect that were told to (<c>--sdk-url</c>): a WebSocket at <c>/sdk/{id}?token=</c>.</summary>
    public const string Sdk = "/sdk";

    /// <summary>All named sidecars.</summary>
    public const string Sidecars = "/v1/sidecars";

    /// <summary>The setting with the secret that callers send as <c>Authorization: Bearer</c>, everywhere but at health and <see cref="Sdk"/>.</summary>
    public const string SecretKey = "Sidecar:WorkerSecret";

    /// <summary>The header that names one restart.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
}

/// <summary>The <c>error</c> codes of the worker.</summary>
public static class WorkerErrors
{
    /// <summary>400: a field of the request is missing or not allowed.</summary>
    public const string BadRequest = "BAD_REQUEST";

    /// <summary>401: the caller does not know the worker's secret.</summary>
    public const string Unauthorized = "UNAUTHORIZED";

    /// <summary>403: a browser asks, or a program that is not on this machine.</summary>
    public const string Forbidden = "FORBIDDEN";

    /// <summary>403: a CLI's socket without the token of its session's current run.</summary>
    public const string SdkTokenInvalid = "SDK_TOKEN_INVALID";

    /// <summary>404: the session is not known, or its run has ended.</summary>
    public const string NotRunning = "AGENT_NOT_RUNNING";

    /// <summary>409: the session has a run with another launch id.</summary>
    public const string AlreadyRunning = "AGENT_ALREADY_RUNNING";

    /// <summary>422: the working directory does not exist.</summary>
    public const string WorkDirInvalid = "WORKDIR_INVALID";

    /// <summary>422: the agent CLI was not found or could not be executed.</summary>
    public const string SpawnFailed = "CLI_SPAWN_FAILED";

    /// <summary>429: the queue towards the CLI is full.</summary>
    public const string InputQueueFull = "AGENT_INPUT_QUEUE_FULL";

    /// <summary>503: as many agents run as may, and none of them is idle.</summary>
    public const string LimitReached = "CLI_LIMIT_REACHED";

    /// <summary>404: no sidecar of this name is configured.</summary>
    public const string UnknownSidecar = "SIDECAR_NOT_FOUND";

    /// <summary>409: the configuration says that this sidecar does not run.</summary>
    public const string SidecarDisabled = "SIDECAR_DISABLED";

    /// <summary>503: the worker is stopping, or holds as many sessions as it may.</summary>
    public const string Unavailable = "WORKER_UNAVAILABLE";
}

/// <summary>A problem document (RFC 9457) as the services of this system write it.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong, in a sentence.</param>
/// <param name="Error">The code.</param>
/// <param name="Message">The same sentence, under the name that clients read.</param>
public sealed record WorkerProblem(string Title, int Status, string Detail, string Error, string Message);

/// <summary>The contract's JSON: camelCase, enums by name, nulls left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentLaunch))]
[JsonSerializable(typeof(AgentInput))]
[JsonSerializable(typeof(AgentStopRequest))]
[JsonSerializable(typeof(AgentSession))]
[JsonSerializable(typeof(AgentSessionList))]
[JsonSerializable(typeof(AgentStopped))]
[JsonSerializable(typeof(AgentStarted))]
[JsonSerializable(typeof(AgentInputTaken))]
[JsonSerializable(typeof(AgentNoise))]
[JsonSerializable(typeof(AgentStalled))]
[JsonSerializable(typeof(AgentExited))]
[JsonSerializable(typeof(AgentGap))]
[JsonSerializable(typeof(SidecarList))]
[JsonSerializable(typeof(SidecarStatus))]
[JsonSerializable(typeof(WorkerLimits))]
[JsonSerializable(typeof(AgentProgram))]
[JsonSerializable(typeof(WorkerProblem))]
public sealed partial class WorkerJson : JsonSerializerContext;
