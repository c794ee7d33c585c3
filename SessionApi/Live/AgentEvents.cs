using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// Applies what the agent says to the session's state and shows it to the clients. Events come one at a time and in order; those of the past
/// (from before this process began to watch) change the state, and are shown to clients that come back for them only. What an agent says before its first
/// message was given to it is not shown.
/// </summary>
internal sealed class AgentEvents(LiveSession session) : IAgentObserver
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<AgentEvents>();
    private readonly AgentQuestions _questions = new(session);
    private readonly AgentReports _reports = new(session);
    private readonly AgentOutput _output = new(session);
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
            case AgentEventTypes.Started:
                _output.Begin();
                break;
            case AgentEventTypes.Input:
                OnInput(run, item, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentInputTaken)!);
                break;
            case AgentEventTypes.Stalled:
                OnStalled(run, item, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentStalled)!);
                break;
            case AgentEventTypes.Exited:
                await OnExitedAsync(run, item, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentExited)!);
                break;
            case AgentEventTypes.Gap:
                LiveSessionLog.EventsMissing(_logger, session.Id);
                lock (session.Gate)
                {
                    run.IsPrewarmed = false; // it has had much to say
                    session.Translator.ForgetTurn();
                    var gap = JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentGap)!;
                    session.Frames.Skip(new AgentEventId(gap.Epoch, gap.FirstSequence), session.Turns.Any);
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
            await OnResultAsync(run, item, message);
            return;
        }

        using (session.Apply(run, item))
        {
            Apply(run, message, run.IsPast(item));
            session.Reconsider();
        }
    }

    private void Apply(AgentRun run, JsonElement message, bool past)
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
                _lastMessage = message.Text("uuid"u8) ?? _lastMessage;
                BeginUnasked(run, message);
                break;
            case "stream_event":
                BeginUnasked(run, message);
                break;
            case "system":
                _reports.OnMessage(run, message, past);
                break;
        }

        _output.Show(run, message);
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
            var turn = session.Turns.Begin(null);
            turn.LaunchId = run.LaunchId;
            turn.Take();
        }
    }

    /// <summary>
    /// Something was given to the agent: the turn, answer or stop that it is. What this process gave it knows already; what it does not know
    /// is an earlier life's.
    /// </summary>
    private void OnInput(AgentRun run, WorkerEvent item, AgentInputTaken input)
    {
        var past = run.IsPast(item);
        using (session.Apply(run, item))
        {
            OnInput(run, input, past);
            if (input.ClientId is { } id)
            {
                session.Frames.BroadcastToResuming(Frame.Accepted(id));
            }

            session.Reconsider();
        }
    }

    private void OnInput(AgentRun run, AgentInputTaken input, bool past)
    {
        switch (input)
        {
            case { Type: "user", Uuid: { } uuid }:
                var turn = session.Turns.Find(uuid);
                if (turn is null && past)
                {
                    turn = session.Turns.Begin(uuid, input.ClientId);
                    turn.LaunchId = run.LaunchId;
                    turn.IsWritten = true;
                    session.Receipts.Add(turn);
                }

                session.Stop.OnWritten(turn);
                _output.Open(run);
                break;
            case { Type: "control_response", RequestId: { } id } when past:
                session.Prompts.Take(id);
                break;
            case { Type: "control_request", Subtype: "interrupt" } when past:
                session.Stop.OnPastInterrupt();
                break;
        }
    }

    /// <summary>The worker watches the progress of turns: clients hear of a warning, and why the turn ends when it comes to that.</summary>
    private void OnStalled(AgentRun run, WorkerEvent item, AgentStalled stalled)
    {
        using (session.Apply(run, item))
        {
            if (stalled.Step == AgentStallStep.Interrupted)
            {
                run.StallReason = stalled.Reason;
            }
            else if (stalled.Step == AgentStallStep.Warned)
            {
                session.Broadcast(Frame.SystemNotification("turn_stalled", stalled.Reason));
            }
        }
    }

    private async Task OnResultAsync(AgentRun run, WorkerEvent item, JsonElement result)
    {
        session.Services.Usage.Add(run, result, isPast: run.IsPast(item));
        if (!run.IsPast(item))
        {
            await _transcript.SettleAsync(_lastMessage);
        }

        _lastMessage = null;
        using (session.Apply(run, item))
        {
            TakeResult(run, result);
            session.Reconsider();
        }

        session.Changes.ApplyDeferred();
    }

    private void TakeResult(AgentRun run, JsonElement result)
    {
        _frames.Clear();
        if (run.IsPrewarmed)
        {
            // No turn's end: what is wrong with the agent from the start.
            session.Translator.TranslateEarlyResult(result, _frames);
        }
        else if (session.Stop.TakeResult())
        {
            session.Translator.TranslateResult(result, wasStopped: true, _frames);
            _questions.WithdrawAll();
        }
        else if (session.Stop.IsFenced)
        {
            return; // that of something which was stopped as well, or which nobody asked for
        }
        else
        {
            session.Translator.TranslateResult(result, wasStopped: run.StallReason is not null, _frames);
            if (run.StallReason is { } reason)
            {
                _frames.Insert(0, Frame.Error("CLI_STALLED", reason, retryable: true));
            }

            session.Turns.EndByResult(result.IsTrue("is_error"u8) ? MessageOutcome.Failed : MessageOutcome.Completed);
            _questions.WithdrawAll();
        }

        run.StallReason = null;
        session.Broadcast(CollectionsMarshal.AsSpan(_frames));
        _frames.Clear();
    }

    private async Task OnExitedAsync(AgentRun run, WorkerEvent item, AgentExited exited)
    {
        await _transcript.SettleAsync(lastMessage: null);
        if (!exited.Requested)
        {
            LiveSessionLog.AgentEnded(_logger, session.Id, exited.ExitCode, string.Join(" | ", exited.LastOutput.TakeLast(5)));
        }

        run.LockWasStale = !run.HasSpoken && StartFailure.Of(exited).IsConflict
            && SessionLock.RemoveStale(session.Services.Root.ConfigDirectory, session.Id);
        if (run.LockWasStale)
        {
            LiveSessionLog.StaleLockRemoved(_logger, session.Id);
        }

        using (session.Apply(run, item))
        {
            _end.OnExited(run, exited);
        }
    }
}
