using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>The agent's results: which turn each ends, and how. Under the session's gate.</summary>
internal sealed class AgentResults(LiveSession session)
{
    private readonly AgentQuestions _questions = new(session);
    private readonly List<ReadOnlyMemory<byte>> _frames = [];

    /// <summary>Ends the turns that a result answers, and shows it unless nobody asked for it.</summary>
    public void Take(AgentRun run, JsonElement result)
    {
        _frames.Clear();
        var answered = session.Turns.Current;
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
        if (session.Turns.Current != answered)
        {
            session.BeginNextTurn();
        }
    }
}
