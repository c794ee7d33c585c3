using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Agents;
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
    private readonly AgentLines _lines = new(session);
    private readonly AgentResults _results = new(session);
    private readonly RunEnd _end = new(session);
    private readonly TranscriptSettlement _transcript = new(session);

    public async Task OnAgentEventAsync(AgentRun run, WorkerEvent item)
    {
        if (run.IsReadingPast && item.Id is { } id && !run.IsPast(item))
        {
            EndPast(id with { Sequence = id.Sequence - 1 }); // the last of the past is not kept any more
        }

        switch (item.Type)
        {
            case AgentEventTypes.Line:
                await OnLineAsync(run, item);
                break;
            case AgentEventTypes.Started:
                _lines.Output.Begin();
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
                OnGap(run, JsonSerializer.Deserialize(item.Data.Span, WorkerJson.Default.AgentGap)!);
                break;
        }

        if (run.IsLastOfPast(item))
        {
            EndPast(item.Id!.Value);
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

    /// <summary>
    /// Events are missing. In the past that is what a long run looks like: the worker keeps the newest. From the end of a turn on
    /// nothing depends on what was before it. In the present this process was too slow.
    /// </summary>
    private void OnGap(AgentRun run, AgentGap gap)
    {
        var first = new AgentEventId(gap.Epoch, gap.FirstSequence);
        lock (session.Gate)
        {
            run.IsPrewarmed = false; // it has had much to say
            session.Translator.ForgetTurn();
            if (run.IsReadingPast)
            {
                session.Frames.LosePast(first);
                return;
            }

            LiveSessionLog.EventsMissing(_logger, session.Id);
            session.Frames.Skip(first, session.Turns.Any);
        }
    }

    private void EndPast(AgentEventId last)
    {
        lock (session.Gate)
        {
            session.Frames.EndPast(last, session.Turns.Any);
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
            session.Turns.Current?.Span?.OnMessage(message);
            _lines.Apply(run, message, run.IsPast(item));
            session.Reconsider();
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
                    turn = session.BeginTurn(uuid, input.ClientId);
                    turn.LaunchId = run.LaunchId;
                    turn.IsWritten = true;
                    session.Receipts.Add(turn);
                }

                session.Stop.OnWritten(turn);
                _lines.Output.Open(run);
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
            session.Services.TurnMetrics.Used(result.Member("usage"u8));
            await _transcript.SettleAsync(_lines.LastMessage);
        }

        _lines.LastMessage = null;
        using (session.Apply(run, item))
        {
            session.Frames.ResumePast(item.Id!.Value);
            _results.Take(run, result);
            session.Reconsider();
        }

        session.Changes.ApplyDeferred();
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
