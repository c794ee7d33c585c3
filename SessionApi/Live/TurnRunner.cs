using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>Brings a user message to the agent: title, start if needed, then the message itself.</summary>
internal sealed class TurnRunner(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<TurnRunner>();

    /// <summary>Begins a turn. It is registered before anything is waited for, so that whoever looks meanwhile sees it.</summary>
    /// <param name="sender">Who sent the message.</param>
    /// <param name="text">What it says.</param>
    /// <param name="attachments">What it brings.</param>
    /// <param name="clientId">The client's id of the message: one that was sent before runs nothing. Null for none.</param>
    public void Begin(LiveConnection sender, string text, IReadOnlyList<Attachment> attachments, string? clientId)
    {
        lock (session.Gate)
        {
            if (clientId is not null && session.Receipts.Find(clientId) is { } known)
            {
                Acknowledge(sender, clientId, known);
                return;
            }

            if (session.IsDeleted)
            {
                Refuse(sender, clientId, Frame.Error("SESSION_DELETED", "This session was deleted."));
                return;
            }

            var mayOpen = session.Services.Options.MaxOpenTurns;
            if (session.Turns.Count >= mayOpen)
            {
                Refuse(sender, clientId, Frame.Error("TURN_QUEUE_FULL", $"{mayOpen} messages wait for their answer, as many as may. Wait, or stop the turn.", retryable: true));
                return;
            }

            if (session.Transitions.IsFull)
            {
                // Messages that were stopped before the agent got them have ended, but their steps are still to come.
                Refuse(sender, clientId, Frame.Error("TURN_QUEUE_FULL", "Too many changes of this session's agent wait for one another. Try again later.", retryable: true));
                return;
            }

            if (SessionClear.IsCommand(text))
            {
                session.Clear.Begin(sender, text, clientId);
                return;
            }

            sender.Send(Frame.Thinking);
            var uuid = clientId is null ? Guid.NewGuid().ToString() : MessageReceipts.UuidOf(session.Id, clientId);
            var span = TurnSpan.Begin(session.Services.TurnMetrics, session.Id);
            var turn = session.BeginTurn(uuid, clientId, isCommand: text.StartsWith('/'), span);
            session.Receipts.Add(turn);
            _ = session.Transitions.Add(() => RunAsync(turn, facts => PrepareAsync(turn, facts, text, attachments)));
        }
    }

    /// <summary>Gives a message to the next agent because the last one ended without having taken it. Under the session's gate.</summary>
    public void GiveAgain(Turn turn)
    {
        turn.Span?.Note("given_again");
        _ = session.Transitions.Add(() => RunAsync(turn, _ => Task.CompletedTask));
    }

    private async Task RunAsync(Turn turn, Func<TranscriptFacts, Task> prepare)
    {
        Activity.Current = turn.Span?.Activity; // what is asked of the worker from here on is part of the turn's trace
        var isSecondTry = turn.IsSecondTry;
        try
        {
            if (!Owns(turn))
            {
                return;
            }

            if (await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) is not { } facts)
            {
                Fail(turn, Frame.Error("WORKDIR_INVALID", $"Session {session.Id} has no transcript, so its working directory is not known. Create the session with POST /api/sessions."));
                return;
            }

            await prepare(facts);
            if (!Owns(turn))
            {
                return;
            }

            if (!await TryGiveAsync(turn, facts))
            {
                // Its agent was stopped for being idle while the message was on its way; what it wrote before is in the transcript.
                facts = await session.Services.Transcripts.FindAsync(session.Id, CancellationToken.None) ?? facts;
                if (!await TryGiveAsync(turn, facts))
                {
                    throw new WorkerFailedException(null, WorkerErrors.NotRunning, "The agent was stopped twice while the message was on its way.");
                }
            }
        }
        catch (WorkerFailedException exception) when (exception.Error == WorkerErrors.NotRunning)
        {
            // The end of the run is on its way and can say more: why a start failed, or that the worker was restarted.
            await session.Agent.WaitForEndAsync(session.Services.Options.ControlTimeout);
            if (turn.IsSecondTry != isSecondTry)
            {
                return; // it was taken back meanwhile, and the next agent gets it
            }

            Fail(turn, Frame.Error("CLI_NOT_RUNNING", "The agent ended before it got the message. Send it again.", retryable: true));
        }
        catch (WorkerFailedException exception)
        {
            Fail(turn, StartFailure.Of(exception).ToFrame());
        }
        catch (FormatException)
        {
            Fail(turn, Frame.Error("USER_TURN_FAILED", "An attachment's \"data\" is not base64."));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LiveSessionLog.TurnFailed(_logger, exception, session.Id);
            Fail(turn, Frame.Error("USER_TURN_FAILED", $"The message could not be given to the agent: {exception.Message}", retryable: true));
        }
    }

    private async Task PrepareAsync(Turn turn, TranscriptFacts facts, string text, IReadOnlyList<Attachment> attachments)
    {
        if (turn.ClientId is not null && await IsInTranscriptAsync(turn.Uuid!))
        {
            EndAsGiven(turn);
            return;
        }

        await SetTitleAsync(facts, text);
        var (message, images) = await session.Services.Attachments.PlaceAsync(session.Id, text, attachments, CancellationToken.None);
        turn.Message = AgentMessages.User(turn.Uuid!, message, images);
    }

    /// <summary>Starts the agent if needed and writes the message. False when the agent had just been stopped for being idle.</summary>
    private async Task<bool> TryGiveAsync(Turn turn, TranscriptFacts facts)
    {
        if (session.Agent.Current is null)
        {
            await session.Start.StartAsync(facts, turn);
        }

        var run = session.Agent.Current;
        try
        {
            await WriteAsync(turn);
            return true;
        }
        catch (WorkerFailedException exception) when (exception.Error == WorkerErrors.NotRunning && run is not null)
        {
            await session.Agent.WaitForEndAsync(session.Services.Options.ControlTimeout);
            if (run.EndedIdle)
            {
                return false;
            }

            throw;
        }
    }

    private async Task WriteAsync(Turn turn)
    {
        AgentRun run;
        JsonElement message;
        lock (session.Gate)
        {
            if (!session.Turns.Contains(turn) || turn.Message is null)
            {
                return; // stopped meanwhile
            }

            run = session.Agent.Current ?? throw new WorkerFailedException(null, WorkerErrors.NotRunning, "The agent has ended.");
            message = turn.Message.Value;
            turn.LaunchId = run.LaunchId;
            turn.IsWritten = true; // before the write: its answer may come before we hear that it succeeded
        }

        await session.Agent.WriteAsync(run, turn.Uuid!, message, turn.ClientId);
    }

    /// <summary>Tells the sender of a message that it is not given to the agent.</summary>
    public void Refuse(LiveConnection sender, string? clientId, ReadOnlyMemory<byte> error)
    {
        sender.Send(error);
        if (!session.Turns.Any)
        {
            sender.Send(Frame.Idle);
        }

        if (clientId is not null)
        {
            sender.Send(Frame.Completed(clientId, MessageOutcome.Failed));
        }
    }

    /// <summary>Tells what became of a message that is sent again. What is not in the agent's hands yet will be told to all.</summary>
    private static void Acknowledge(LiveConnection sender, string clientId, Turn turn)
    {
        if (turn.Outcome is { } outcome)
        {
            sender.Send(Frame.Completed(clientId, outcome));
        }
        else if (turn.IsWritten)
        {
            sender.Send(Frame.Accepted(clientId));
        }
    }

    /// <summary>Whether an agent has had a message in a run of which nothing else is known any more.</summary>
    public async Task<bool> IsInTranscriptAsync(string uuid) =>
        session.Services.Transcripts.Locate(session.Id) is { } location
        && await session.Services.Durability.IsNearEndAsync(location.MainPath, Encoding.UTF8.GetBytes(uuid), CancellationToken.None);

    private void EndAsGiven(Turn turn)
    {
        lock (session.Gate)
        {
            if (session.Turns.End(turn, MessageOutcome.Completed))
            {
                session.Broadcast(Frame.Idle);
                session.Reconsider();
            }
        }
    }

    /// <summary>Gives a session without any title the beginning of its first message.</summary>
    private async Task SetTitleAsync(TranscriptFacts facts, string text)
    {
        if (!facts.HasTitle && FirstTitle.Of(text) is { } title)
        {
            await session.Services.Transcripts.AppendAiTitleAsync(session.Id, title, CancellationToken.None);
            lock (session.Gate)
            {
                session.Broadcast(Frame.TitleUpdated(session.Id, title));
            }
        }
    }

    private bool Owns(Turn turn)
    {
        lock (session.Gate)
        {
            return session.Turns.Contains(turn);
        }
    }

    private void Fail(Turn turn, ReadOnlyMemory<byte> error)
    {
        lock (session.Gate)
        {
            if (session.Turns.End(turn, MessageOutcome.Failed))
            {
                session.Broadcast(error, Frame.Idle);
            }
        }
    }
}
