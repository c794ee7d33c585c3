using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;

namespace Sidecar.SessionApi.Live;

/// <summary>What the agent's messages mean for the session, each by its type; the ends of turns are <see cref="AgentResults"/>. Under the session's gate.</summary>
internal sealed class AgentLines(LiveSession session)
{
    private readonly AgentQuestions _questions = new(session);
    private readonly AgentReports _reports = new(session);

    /// <summary>Shows them to the clients.</summary>
    public AgentOutput Output { get; } = new(session);

    /// <summary>Uuid of the turn's last message, which its transcript must hold before the turn is reported complete.</summary>
    public string? LastMessage { get; set; }

    /// <param name="run">The run that says it.</param>
    /// <param name="message">Any message but a result.</param>
    /// <param name="past">It was said before this process began to watch.</param>
    public void Apply(AgentRun run, JsonElement message, bool past)
    {
        run.Work = AgentWorks.After(message, run.Work);
        switch (message.Text("type"u8))
        {
            case "control_request":
                _questions.OnRequest(run, message, past);
                return;
            case "control_cancel_request":
                _questions.OnCancel(message);
                return;
            case "control_response":
                session.Controls.OnResponse(message);
                return;
            case "command_lifecycle" when message.Is("state"u8, "started"u8):
                OnTaken(message.Text("command_uuid"u8));
                return;
            case "user" when message.IsTrue("isReplay"u8):
                OnTaken(message.Text("uuid"u8));
                break;
            case "user" or "assistant":
                LastMessage = message.Text("uuid"u8) ?? LastMessage;
                BeginUnasked(run, message);
                break;
            case "stream_event":
                BeginUnasked(run, message);
                break;
            case "system":
                _reports.OnMessage(run, message, past);
                break;
        }

        Output.Show(run, message);
    }

    private void OnTaken(string? uuid)
    {
        var turn = uuid is null ? null : session.Turns.Find(uuid);
        turn?.Take();
        session.Stop.OnTaken(turn);
    }

    /// <summary>The agent works although nobody here asked: after a background task, or for a message whose event is not kept.</summary>
    private void BeginUnasked(AgentRun run, JsonElement message)
    {
        if (!session.Turns.Any && !run.IsPrewarmed && !session.Stop.IsFenced && message.Text("parent_tool_use_id"u8) is null)
        {
            var turn = session.BeginTurn(null);
            turn.LaunchId = run.LaunchId;
            turn.Take();
        }
    }
}
