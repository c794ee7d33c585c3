using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>People's answers to what the agent asks. One that does not reach the agent leaves the question open.</summary>
internal sealed class PermissionAnswers(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<PermissionAnswers>();

    /// <summary>Gives a person's answer to the agent. The first answer counts.</summary>
    public void Give(string requestId, PermissionAnswer answer)
    {
        lock (session.Gate)
        {
            if (session.Agent.Current is { } run && session.Prompts.Take(requestId) is { } prompt)
            {
                var message = answer.ToMessage(prompt);
                session.Turns.Current?.Span?.Note("permission_answered");
                session.Broadcast(Frame.PermissionResolved(requestId, answer.Allowed));
                _ = SendAsync(run, prompt, message);
            }
        }
    }

    private async Task SendAsync(AgentRun run, PermissionPrompt prompt, JsonElement message)
    {
        try
        {
            await session.Agent.WriteAsync(run, $"permission-{prompt.RequestId}", message);
        }
        catch (WorkerFailedException exception)
        {
            LiveSessionLog.AnswerFailed(_logger, session.Id, prompt.RequestId, exception.Message);
            lock (session.Gate)
            {
                if (session.Agent.Current == run)
                {
                    session.Prompts.Add(prompt); // the agent still waits: the question is open again
                    session.Broadcast(prompt.Frame);
                }
            }
        }
    }
}
