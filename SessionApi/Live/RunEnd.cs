using System.Runtime.InteropServices;
using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>What the end of an agent's run means for the session: its turns end once, with the reason. Under the session's gate.</summary>
internal sealed class RunEnd(LiveSession session)
{
    private readonly AgentQuestions _questions = new(session);

    /// <summary>The process has ended.</summary>
    public void OnExited(AgentRun run, AgentExited exited)
    {
        if (exited.Cause == AgentExitCause.Idle)
        {
            // A turn that is there all the same is just being given to it; whoever does that starts it again.
            run.EndedIdle = true;
            Release();
        }
        else if (run.LockWasStale)
        {
            GiveAgain(run, but: null);
            End(run, StartFailure.Of(exited).ToFrame(), Frame.Idle);
        }
        else if (session.Stop.Kills)
        {
            GiveAgain(run, but: session.Turns.Current);
            End(run, error: null, outcome: MessageOutcome.Stopped);
        }
        else if (exited is { Requested: true, Cause: AgentExitCause.Stopped } && !run.StopAsked && !session.Stop.IsPending)
        {
            GiveAgain(run, but: null); // who sent the message could not know that its agent was on its way out
            End(run, error: null, outcome: MessageOutcome.Stopped);
        }
        else if (exited.Requested || session.Stop.IsPending || session.Translator.HasShownApiError)
        {
            End(run, error: null, outcome: session.Translator.HasShownApiError ? MessageOutcome.Failed : MessageOutcome.Stopped);
        }
        else if (LimitCode(exited.Cause) is { } code)
        {
            End(run, Frame.Error(code, exited.Reason ?? "The worker ended the agent.", retryable: true));
        }
        else if (run.HasSpoken)
        {
            var output = string.Join('\n', exited.LastOutput.TakeLast(20));
            End(run, Frame.Error("CLI_ERROR", $"CLI process exited unexpectedly (code {exited.ExitCode}): {output}"));
        }
        else
        {
            End(run, StartFailure.Of(exited).ToFrame(), Frame.Idle);
        }
    }

    /// <summary>The worker does not know the run any more.</summary>
    public void OnLost(AgentRun run) =>
        End(run, Frame.Error("CLI_ERROR", "The agent process was lost because its worker was restarted. Send the message again.", retryable: true));

    private static string? LimitCode(AgentExitCause cause) => cause switch
    {
        AgentExitCause.Stalled => "CLI_STALLED",
        AgentExitCause.MemoryLimit => "CLI_MEMORY_LIMIT",
        AgentExitCause.ProcessLimit => "CLI_PROCESS_LIMIT",
        _ => null,
    };

    /// <summary>Ends what the run was doing: its turns once, with the error and the end that clients wait for.</summary>
    private void End(AgentRun run, ReadOnlyMemory<byte>? error, ReadOnlyMemory<byte>? end = null, MessageOutcome outcome = MessageOutcome.Failed)
    {
        Release();
        if (session.Turns.EndOf(run.LaunchId, outcome))
        {
            if (error is { } frame)
            {
                session.Broadcast(frame);
            }

            session.Broadcast(end ?? Frame.MessageCompleteWithoutUsage);
            session.BeginNextTurn();
        }

        session.Reconsider();
    }

    /// <summary>Messages that the agent could not take are for the next one. What is left of its turns has ended.</summary>
    private void GiveAgain(AgentRun run, Turn? but)
    {
        foreach (var turn in session.Turns.TakeBack(run.LaunchId, but))
        {
            session.TurnRunner.GiveAgain(turn);
        }
    }

    /// <summary>What ended with the process.</summary>
    private void Release()
    {
        session.Controls.FailAll();
        _questions.WithdrawAll();
        session.BackgroundTasks.Clear();
        session.Translator.ForgetTurn();
        session.Broadcast(CollectionsMarshal.AsSpan(session.Translator.EndRuns()));
        session.Stop.Release();
        session.Changes.OnRunEnded();
        session.Reconsider();
    }
}
