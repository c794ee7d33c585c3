using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// Applies what the agent says to the session's state and shows it to the clients. Events come one at a time and in order; those of the past
/// (from before this process began to watch) change the state only.
/// </summary>
internal sealed class AgentEvents(LiveSession session) : IAgentObserver
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<AgentEvents>();
    private readonly AgentQuestions _questions = new(session);
    private readonly RunEnd _end = new(session);
    private readonly TranscriptSettlement _transcript = new(session);
    private readonly List<ReadOnlyMemory<byte>> _frames = [];

    // Uuid of the turn's last message, which its transcript must hold before the turn is reported complete.
    private string? _lastMessage;

    public async Task OnAgentEventAsync(AgentRun run, WorkerEvent item)
    {
        switch (item.Type)
        {
            case AgentEventTypes.Line:
                await OnLineAsync(run, item);
                break;
            case AgentEventTypes.Input when run.IsPast(item):
                OnPastInput(run, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentInputTaken)!);
                break;
            case AgentEventTypes.Stalled:
                OnStalled(run, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentStalled)!, run.IsPast(item));
                break;
            case AgentEventTypes.Exited:
                await OnExitedAsync(run, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentExited)!);
                break;
            case AgentEventTypes.Gap:
                LiveSessionLog.EventsMissing(_logger, session.Id);
                lock (session.Gate)
                {
                    session.Translator.ForgetTurn();
                }

                break;
        }
    }

    public async Task OnAgentLostAsync(AgentRun run)
    {
        await _transcript.SettleAsync(lastMessage: null);
        lock (session.Gate)
        {
            _end.OnLost(run);
        }
    }

    private async Task OnLineAsync(AgentRun run, WorkerEvent item)
    {
        using var document = JsonDocument.Parse(item.Data, new JsonDocumentOptions { MaxDepth = Frame.MaxDepth });
        var message = document.RootElement;
        run.HasSpoken = true;
        if (message.Is("type"u8, "result"u8))
        {
            await OnResultAsync(run, message, run.IsPast(item));
            return;
        }

        lock (session.Gate)
        {
            Apply(run, message, run.IsPast(item));
            session.Reconsider();
        }
    }

    private void Apply(AgentRun run, JsonElement message, bool past)
    {
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
                MarkTaken(message.Text("command_uuid"u8));
                return;
            case "user" when message.IsTrue("isReplay"u8):
                MarkTaken(message.Text("uuid"u8));
                break;
            case "user" or "assistant":
                _lastMessage = message.Text("uuid"u8) ?? _lastMessage;
                BeginUnasked(run, message);
                break;
            case "stream_event":
                BeginUnasked(run, message);
                break;
            case "system":
                OnSystem(run, message, past);
                break;
        }

        _frames.Clear();
        session.Translator.Translate(message, _frames);
        if (!past && !run.IsPrewarmed && session.StoppedTurn is null)
        {
            session.Broadcast(CollectionsMarshal.AsSpan(_frames));
        }
    }

    private void MarkTaken(string? uuid)
    {
        if (uuid is not null && session.Turns.Find(uuid) is { } turn)
        {
            turn.IsWritten = turn.IsTaken = true;
        }
    }

    /// <summary>The agent works although nobody here asked: after a background task, or for a message whose event is not kept.</summary>
    private void BeginUnasked(AgentRun run, JsonElement message)
    {
        if (!session.Turns.Any && message.Text("parent_tool_use_id"u8) is null)
        {
            var turn = session.Turns.Begin(null);
            turn.LaunchId = run.LaunchId;
            turn.IsWritten = turn.IsTaken = true;
        }
    }

    private void OnSystem(AgentRun run, JsonElement message, bool past)
    {
        if (message.Text("permissionMode"u8) is { } mode && mode != run.PermissionMode)
        {
            var wasKnown = run.PermissionMode is not null;
            run.PermissionMode = mode;
            if (wasKnown && !past && message.Is("subtype"u8, "status"u8) && !session.Changes.IsRequested(mode))
            {
                session.Broadcast(Frame.PermissionModeChanged(mode));
            }
        }

        if (message.Text("task_id"u8) is { } task)
        {
            _ = message.Text("subtype"u8) switch
            {
                "task_started" => session.BackgroundTasks.Add(task),
                "task_notification" => session.BackgroundTasks.Remove(task),
                _ => false,
            };
        }
    }

    /// <summary>An input that an earlier life of this process gave: the turn, answer or stop that it was.</summary>
    private void OnPastInput(AgentRun run, AgentInputTaken input)
    {
        lock (session.Gate)
        {
            switch (input)
            {
                case { Type: "user", Uuid: { } uuid }:
                    var turn = session.Turns.Begin(uuid);
                    turn.LaunchId = run.LaunchId;
                    turn.IsWritten = true;
                    break;
                case { Type: "control_response", RequestId: { } id }:
                    session.Prompts.Take(id);
                    break;
                case { Type: "control_request", Subtype: "interrupt" }:
                    session.StoppedTurn = session.Turns.Current;
                    break;
            }
        }
    }

    /// <summary>The worker watches the progress of turns: clients hear of a warning, and why the turn ends when it comes to that.</summary>
    private void OnStalled(AgentRun run, AgentStalled stalled, bool past)
    {
        lock (session.Gate)
        {
            if (stalled.Step == AgentStallStep.Interrupted)
            {
                run.StallReason = stalled.Reason;
            }
            else if (stalled.Step == AgentStallStep.Warned && !past)
            {
                session.Broadcast(Frame.SystemNotification("turn_stalled", stalled.Reason));
            }
        }
    }

    private async Task OnResultAsync(AgentRun run, JsonElement result, bool past)
    {
        if (!past)
        {
            await _transcript.SettleAsync(_lastMessage);
        }

        _lastMessage = null;
        lock (session.Gate)
        {
            _frames.Clear();
            session.Translator.TranslateResult(result, wasStopped: session.StoppedTurn is not null || run.StallReason is not null, _frames);
            if (run.StallReason is { } reason && session.StoppedTurn is null)
            {
                _frames.Insert(0, Frame.Error("CLI_STALLED", reason, retryable: true));
            }

            run.StallReason = null;
            if (session.StoppedTurn is { } stopped)
            {
                session.Turns.End(stopped);
                session.StoppedTurn = null;
            }
            else
            {
                session.Turns.EndByResult();
            }

            if (!past && !run.IsPrewarmed)
            {
                _questions.WithdrawAll();
                session.Broadcast(CollectionsMarshal.AsSpan(_frames));
            }

            session.Reconsider();
        }

        session.Changes.ApplyDeferred();
    }

    private async Task OnExitedAsync(AgentRun run, AgentExited exited)
    {
        await _transcript.SettleAsync(lastMessage: null);
        if (!exited.Requested)
        {
            LiveSessionLog.AgentEnded(_logger, session.Id, exited.ExitCode, string.Join(" | ", exited.LastOutput.TakeLast(5)));
        }

        lock (session.Gate)
        {
            _end.OnExited(run, exited);
        }
    }
}
