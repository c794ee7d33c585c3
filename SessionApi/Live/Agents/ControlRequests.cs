using System.Text.Json;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>
/// Our own requests to the agent that wait for its answer. The agent also repeats our answers to its requests on the same channel;
/// those carry ids that are not here and are passed over.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <param name="capacity">How many may wait.</param>
/// <param name="bound">Counts those of all sessions.</param>
internal sealed class ControlRequests(TimeProvider time, TimeSpan timeout, int capacity, Bound bound)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource<ControlAnswer>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="agent">The session's agent.</param>
    /// <param name="run">The run that is asked.</param>
    /// <param name="subtype">What is asked.</param>
    /// <param name="members">Writes what the request has beside its subtype.</param>
    /// <param name="patience">How long to wait; null for as long as is usual.</param>
    /// <returns>Null when the agent agreed, else why not.</returns>
    public async Task<string?> SendAsync(
        SessionAgent agent, AgentRun run, string subtype, Action<Utf8JsonWriter>? members = null, TimeSpan? patience = null) =>
        (await AskAsync(agent, run, subtype, members, patience)).Failure;

    /// <summary>The same for a request whose answer says something.</summary>
    /// <param name="agent">As above.</param>
    /// <param name="run">As above.</param>
    /// <param name="subtype">As above.</param>
    /// <param name="members">As above.</param>
    /// <param name="patience">As above.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ControlAnswer> AskAsync(
        SessionAgent agent,
        AgentRun run,
        string subtype,
        Action<Utf8JsonWriter>? members = null,
        TimeSpan? patience = null,
        CancellationToken cancellationToken = default)
    {
        var limit = patience ?? timeout;
        var id = Guid.NewGuid().ToString();
        var answered = new TaskCompletionSource<ControlAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiting.Count >= capacity)
            {
                return new ControlAnswer("The agent has too many unanswered requests.");
            }

            _waiting.Add(id, answered);
            bound.Add(1);
        }

        try
        {
            await agent.WriteAsync(run, id, AgentMessages.ControlRequest(id, subtype, members));
            return await answered.Task.WaitAsync(limit, time, cancellationToken);
        }
        catch (WorkerFailedException exception)
        {
            return new ControlAnswer(exception.Message);
        }
        catch (TimeoutException)
        {
            return new ControlAnswer($"The agent did not answer \"{subtype}\" within {limit.TotalSeconds:0.#} s.");
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(id);
                bound.Remove(1);
            }
        }
    }

    /// <summary>Takes the agent's <c>control_response</c>.</summary>
    public void OnResponse(JsonElement message)
    {
        var response = message.Member("response"u8);
        if (response.Text("request_id"u8) is not { } id)
        {
            return;
        }

        lock (_gate)
        {
            if (_waiting.TryGetValue(id, out var answered))
            {
                // A copy: the message ends with its handling.
                answered.TrySetResult(response.Is("subtype"u8, "success"u8)
                    ? new ControlAnswer(Failure: null, response.Member("response"u8) is { ValueKind: JsonValueKind.Object } value ? value.Clone() : default)
                    : new ControlAnswer(response.Text("error"u8) ?? "The agent refused."));
            }
        }
    }

    /// <summary>The agent has ended: nobody will answer.</summary>
    public void FailAll()
    {
        lock (_gate)
        {
            foreach (var answered in _waiting.Values)
            {
                answered.TrySetResult(new ControlAnswer("The agent ended before it answered."));
            }
        }
    }
}

/// <summary>The agent's answer to a request of ours.</summary>
/// <param name="Failure">Why there is none; null when the agent agreed.</param>
/// <param name="Response">What it says, an object; undefined when it says nothing.</param>
internal readonly record struct ControlAnswer(string? Failure, JsonElement Response = default);
