using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults.Http;

namespace Sidecar.SessionApi.Worker;

/// <summary>
/// The worker's commands over HTTP. All are idempotent by the ids they carry, so the resilience handler may repeat them.
/// </summary>
internal sealed class WorkerClient(HttpClient http)
{
    private const string LimitsPath = "/v1/limits";
    private const string MetricsPath = "/metrics";

    // The worker answers when everything is gone: under its default budgets within 10 s, under longer ones and with many at once later.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(1);

    /// <summary>All sessions that the worker holds.</summary>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public async Task<AgentSessionList> ListAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, WorkerContract.Sessions);
        return (await SendAsync(request, WorkerJson.Default.AgentSessionList, cancellationToken))!;
    }

    /// <summary>The session's agent whose process has not ended; null when it has none. The worker has the last word: it may have one that this process has not taken over.</summary>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public async Task<AgentSession?> FindRunningAsync(string sessionId, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).Sessions.FirstOrDefault(
            agent => string.Equals(agent.SessionId, sessionId, StringComparison.OrdinalIgnoreCase) && agent.State != AgentState.Ended);

    /// <summary>Starts a run; the same launch again is the same run.</summary>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public async Task<AgentSession> StartAsync(string sessionId, AgentLaunch launch, CancellationToken cancellationToken) =>
        (await PostAsync(sessionId, "start", launch, WorkerJson.Default.AgentLaunch, WorkerJson.Default.AgentSession, cancellationToken))!;

    /// <summary>Gives one message to the CLI; the same message again is written once.</summary>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public Task WriteAsync(string sessionId, AgentInput input, CancellationToken cancellationToken) =>
        PostAsync<AgentInput, object>(sessionId, "input", input, WorkerJson.Default.AgentInput, null, cancellationToken);

    /// <summary>Ends a run with everything it started.</summary>
    /// <exception cref="WorkerFailedException">The worker did not answer.</exception>
    public async Task<AgentStopped> StopAsync(string sessionId, AgentStopRequest stop, CancellationToken cancellationToken) =>
        (await PostAsync(sessionId, "stop", stop, WorkerJson.Default.AgentStopRequest, WorkerJson.Default.AgentStopped, cancellationToken, StopPatience))!;

    /// <summary>All named sidecars.</summary>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public async Task<SidecarList> ListSidecarsAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, WorkerContract.Sidecars);
        return await SendAsync(request, WorkerJson.Default.SidecarList, cancellationToken) ?? throw NoAnswer();
    }

    /// <summary>What may grow in the worker, and how far.</summary>
    /// <exception cref="WorkerFailedException">The worker does not know limits, or did not answer.</exception>
    public async Task<TLimits?> ListLimitsAsync<TLimits>(JsonTypeInfo<TLimits> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, LimitsPath);
        return await SendAsync(request, type, cancellationToken);
    }

    /// <summary>The worker's metrics, in the text format of Prometheus. The caller disposes the answer.</summary>
    /// <exception cref="WorkerFailedException">The worker did not answer.</exception>
    public async Task<HttpResponseMessage> OpenMetricsAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, MetricsPath);
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>The program that runs turns.</summary>
    /// <exception cref="WorkerFailedException">The worker did not answer.</exception>
    public async Task<AgentProgram> FindAgentAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, WorkerContract.Agent);
        return await SendAsync(request, WorkerJson.Default.AgentProgram, cancellationToken) ?? throw NoAnswer();
    }

    /// <summary>Gives a named sidecar a command: start, stop, restart or reset.</summary>
    /// <param name="name">The sidecar.</param>
    /// <param name="command">The last segment of the route.</param>
    /// <param name="key">The same key again is the same command.</param>
    /// <param name="cancellationToken">Ends the wait, not the command.</param>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public async Task<SidecarStatus> CommandSidecarAsync(string name, string command, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{WorkerContract.Sidecars}/{Uri.EscapeDataString(name)}/{command}");
        request.Headers.TryAddWithoutValidation(WorkerContract.IdempotencyKey, key);
        return await SendAsync(request, WorkerJson.Default.SidecarStatus, cancellationToken) ?? throw NoAnswer();
    }

    /// <summary>Opens the session's events after <paramref name="after"/>. The caller disposes the answer.</summary>
    /// <exception cref="WorkerFailedException">The worker does not know the session, or did not answer.</exception>
    public async Task<HttpResponseMessage> OpenEventsAsync(string sessionId, AgentEventId? after, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{WorkerContract.Sessions}/{sessionId}/events");
        if (after is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString());
        }

        var response = await AnswerAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw await FailureAsync(response, cancellationToken);
            }
        }

        return response;
    }

    private async Task<TAnswer?> PostAsync<TBody, TAnswer>(
        string sessionId,
        string command,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer>? answerType,
        CancellationToken cancellationToken,
        TimeSpan? patience = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{WorkerContract.Sessions}/{sessionId}/{command}");
        if (patience is { } longer)
        {
            RequestPatience.Set(request, longer);
        }

        request.Content = JsonContent.Create(body, bodyType);
        return await SendAsync(request, answerType, cancellationToken);
    }

    private async Task<TAnswer?> SendAsync<TAnswer>(HttpRequestMessage request, JsonTypeInfo<TAnswer>? answerType, CancellationToken cancellationToken)
    {
        using var response = await AnswerAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await FailureAsync(response, cancellationToken);
        }

        try
        {
            return answerType is null ? default : await response.Content.ReadFromJsonAsync(answerType, cancellationToken);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            throw new WorkerFailedException(response.StatusCode, WorkerErrors.Unavailable, $"The worker's answer broke off: {exception.Message}", exception);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Connection refused, time-outs and an open circuit all mean the same to the caller.
            throw new WorkerFailedException(null, WorkerErrors.Unavailable, $"The worker does not answer: {exception.Message}", exception);
        }
    }

    private static WorkerFailedException NoAnswer() => new(null, WorkerErrors.Unavailable, "The worker's answer is empty.");

    private static bool IsBroken(Exception exception) => exception is IOException or HttpRequestException or JsonException;

    private static async Task<WorkerFailedException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        WorkerProblem? problem = null;
        try
        {
            problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                ? await response.Content.ReadFromJsonAsync(WorkerJson.Default.WorkerProblem, cancellationToken)
                : null;
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The status is all there is.
        }

        return new WorkerFailedException(
            response.StatusCode,
            problem?.Error ?? WorkerErrors.Unavailable,
            problem?.Message ?? $"The worker answered {(int)response.StatusCode}.");
    }
}

/// <summary>A command that the worker did not carry out.</summary>
/// <param name="status">The HTTP status, or null when there was no answer.</param>
/// <param name="error">One of <see cref="WorkerErrors"/>.</param>
/// <param name="message">What was wrong, in a sentence.</param>
/// <param name="inner">What the network said.</param>
internal sealed class WorkerFailedException(HttpStatusCode? status, string error, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The HTTP status, or null when there was no answer.</summary>
    public HttpStatusCode? Status => status;

    /// <summary>One of <see cref="WorkerErrors"/>.</summary>
    public string Error => error;
}
