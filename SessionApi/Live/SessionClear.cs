using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// The command <c>/clear</c>, which the server itself carries out: the agent is stopped, the transcript emptied, and the next message starts
/// a new conversation. It is a turn like any other for those who ask what goes on.
/// </summary>
internal sealed class SessionClear(LiveSession session)
{
    private const string Command = "/clear";

    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<SessionClear>();

    /// <summary>Whether a message is the command, with or without something behind it.</summary>
    public static bool IsCommand(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return trimmed.StartsWith(Command, StringComparison.Ordinal) && (trimmed.Length == Command.Length || char.IsWhiteSpace(trimmed[Command.Length]));
    }

    /// <summary>Begins it, and ends what goes on: a person who clears does not wait for an answer. Under the session's gate.</summary>
    public void Begin(LiveConnection sender, string text, string? clientId)
    {
        if (text.AsSpan().Trim().Length > Command.Length)
        {
            session.TurnRunner.Refuse(sender, clientId, Frame.Error("INVALID_SLASH_COMMAND_ARGS", "/clear takes no arguments."));
            return;
        }

        if (session.Turns.Any)
        {
            session.Stop.Stop();
        }

        var uuid = clientId is null ? Guid.NewGuid().ToString() : MessageReceipts.UuidOf(session.Id, clientId);
        var turn = session.BeginTurn(uuid, clientId, span: TurnSpan.Begin(session.Services.TurnMetrics, session.Id));
        session.Receipts.Add(turn);
        _ = session.Transitions.Add(() => RunAsync(turn));
    }

    private async Task RunAsync(Turn turn)
    {
        lock (session.Gate)
        {
            if (!session.Turns.Contains(turn))
            {
                return; // stopped before it began
            }

            turn.IsWritten = true; // it cannot be taken back any more
        }

        try
        {
            // A client that asks again after this process was started anew has had its wish; what was said since then is not to go.
            if (turn.ClientId is not null && await session.TurnRunner.IsInTranscriptAsync(turn.Uuid!))
            {
                End(turn, failure: null);
                return;
            }

            await session.Agent.StopAsync(force: false);
            var failure = session.Agent.Current is not null ? "The running agent could not be stopped."
                : await session.Services.Transcripts.ClearAsync(session.Id, turn.ClientId is null ? null : turn.Uuid, CancellationToken.None) ? null
                : $"Session {session.Id} has no transcript.";
            End(turn, failure);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LiveSessionLog.ClearFailed(_logger, exception, session.Id);
            End(turn, $"The transcript could not be rewritten: {exception.Message}");
        }
    }

    private void End(Turn turn, string? failure)
    {
        lock (session.Gate)
        {
            turn.IsWritten = failure is null; // one that failed may be sent again under its id
            session.Turns.End(turn, failure is null ? MessageOutcome.Completed : MessageOutcome.Failed);
            if (failure is null)
            {
                session.Broadcast(Frame.SessionCleared, Frame.MessageCompleteWithoutUsage);
            }
            else
            {
                session.Broadcast(Frame.Error("SESSION_CLEAR_FAILED", failure), Frame.Idle);
            }

            session.Reconsider();
        }
    }
}
