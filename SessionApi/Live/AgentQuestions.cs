using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>What the agent asks: permissions go to the clients, everything else is refused at once, because an agent waits for good.</summary>
internal sealed class AgentQuestions(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<AgentQuestions>();

    /// <summary>The agent asks something. Under the session's gate.</summary>
    public void OnRequest(AgentRun run, JsonElement message, bool past)
    {
        if (message.Text("request_id"u8) is not { } id)
        {
            return;
        }

        var request = message.Member("request"u8);
        if (!request.Is("subtype"u8, "can_use_tool"u8))
        {
            if (!past)
            {
                Answer(run, id, AgentMessages.ControlError(id, $"Unsupported control request subtype: {request.Text("subtype"u8)}"));
            }

            return;
        }

        var prompt = PermissionPrompt.Of(id, request);
        if (!past && session.Stop.Hides(message))
        {
            Answer(run, id, PermissionAnswer.Stopped.ToMessage(prompt)); // it came behind the stop: nobody shall be asked
            return;
        }

        if (session.Prompts.Add(prompt) is { } dropped)
        {
            session.Broadcast(Frame.PermissionResolved(dropped.RequestId, allowed: false));
            Answer(run, dropped.RequestId, PermissionAnswer.TooMany.ToMessage(dropped));
        }

        session.Turns.Current?.Span?.Note("permission_requested");
        session.Broadcast(prompt.Frame);
    }

    private void Answer(AgentRun run, string id, JsonElement answer) => _ = AnswerAsync(run, id, answer);

    private async Task AnswerAsync(AgentRun run, string id, JsonElement answer)
    {
        try
        {
            await session.Agent.WriteAsync(run, $"answer-{id}", answer);
        }
        catch (WorkerFailedException exception)
        {
            LiveSessionLog.AnswerFailed(_logger, session.Id, id, exception.Message);
        }
    }

    /// <summary>The agent no longer needs an answer. Under the session's gate.</summary>
    public void OnCancel(JsonElement message)
    {
        if (message.Text("request_id"u8) is { } cancelled && session.Prompts.Take(cancelled) is not null)
        {
            session.Broadcast(Frame.PermissionResolved(cancelled, allowed: null));
        }
    }

    /// <summary>The turn is over, and with it what it asked. Under the session's gate.</summary>
    public void WithdrawAll()
    {
        foreach (var prompt in session.Prompts.TakeAll())
        {
            session.Broadcast(Frame.PermissionResolved(prompt.RequestId, allowed: null));
        }
    }
}
