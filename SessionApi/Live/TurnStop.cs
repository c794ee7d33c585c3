using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Live.Translation;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// A person's stop: idle at once for the clients, the end of the turn within a bounded time for the agent. What the agent still says stays
/// behind a fence, so that a stopped turn cannot revive: until its result, all of it; then, until the agent has named the message of another
/// turn as taken, what belongs to no task of its own. The fence goes by the turns' identity, not by time. Under the
/// session's gate, but for <see cref="Stop"/> and <see cref="GoOnAfterAdoption"/>, which take it.
/// </summary>
internal sealed class TurnStop(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<TurnStop>();
    private Turn? _stopped;
    private bool _isFenced;
    private bool _repeatsMessages;

    /// <summary>The interrupted turn has not ended yet.</summary>
    public bool IsPending => _stopped is not null;

    /// <summary>What comes from the agent may belong to a turn that was stopped.</summary>
    public bool IsFenced => _isFenced;

    /// <summary>The agent is killed because it did not heed the interrupt: messages that it has not taken are for the next one.</summary>
    public bool Kills { get; private set; }

    /// <summary>Stops the open turn.</summary>
    public void Stop()
    {
        AgentRun? run;
        Turn? stopped;
        lock (session.Gate)
        {
            session.Turns.EndUnwritten(MessageOutcome.Stopped);
            stopped = session.Turns.Current;
            run = session.Agent.Current;
            session.Broadcast(Frame.Idle);
            if (stopped is not null && stopped == _stopped)
            {
                return; // it is being stopped: whoever presses again changes nothing
            }

            if (run is not null)
            {
                session.TaskStops.StopAgents(run);
            }

            if (stopped is null || run is null)
            {
                session.Reconsider();
                return;
            }

            Raise(stopped);
            foreach (var prompt in session.Prompts.TakeAll())
            {
                session.Broadcast(Frame.PermissionResolved(prompt.RequestId, allowed: false));
            }
        }

        _ = InterruptAsync(run, stopped);
    }

    /// <summary>An earlier life of this process gave the agent an interrupt.</summary>
    public void OnPastInterrupt()
    {
        if (session.Turns.Current is { } stopped)
        {
            Raise(stopped);
            session.Prompts.TakeAll();
        }
    }

    /// <summary>An earlier life of this process did not live to see whether its interrupt was heeded.</summary>
    public void GoOnAfterAdoption()
    {
        AgentRun? run;
        Turn? stopped;
        lock (session.Gate)
        {
            (run, stopped) = (session.Agent.Current, _stopped);
        }

        if (run is not null && stopped is not null)
        {
            _ = InterruptAsync(run, stopped);
        }
    }

    /// <summary>A message was given to the agent.</summary>
    /// <param name="turn">The message's turn; null when it has ended already.</param>
    public void OnWritten(Turn? turn)
    {
        if (_isFenced && turn is not null && turn != _stopped)
        {
            _repeatsMessages &= !turn.IsCommand; // what the CLI answers by itself it may not repeat
            LiftForNextMessage();
        }
    }

    /// <summary>The agent has named a message as taken: it is one that does.</summary>
    /// <param name="turn">The message's turn; null when it has ended or is none of ours.</param>
    public void OnTaken(Turn? turn)
    {
        _repeatsMessages = true;
        if (_isFenced && _stopped is null && turn is not null)
        {
            Lift();
        }
    }

    /// <summary>Takes a result. True when the interrupted turn has ended with it.</summary>
    public bool TakeResult()
    {
        if (_stopped is not { } stopped)
        {
            return false;
        }

        session.Turns.End(stopped, MessageOutcome.Stopped);
        session.Turns.EndTaken(MessageOutcome.Stopped); // folded into the turn that was interrupted
        _stopped = null;
        LiftForNextMessage();
        return true;
    }

    /// <summary>Whether clients are not shown a message.</summary>
    public bool Hides(JsonElement message)
    {
        if (!_isFenced || (message.Is("type"u8, "system"u8) && (message.Text("task_id"u8) is not null || message.Is("subtype"u8, "init"u8)))
            || AgentRuns.Speak(message))
        {
            return false;
        }

        return _stopped is not null || message.Text("parent_tool_use_id"u8) is null;
    }

    /// <summary>The agent's process has ended.</summary>
    public void Release()
    {
        (_stopped, _isFenced, _repeatsMessages, Kills) = (null, false, false, false);
    }

    private void Raise(Turn stopped)
    {
        _repeatsMessages |= stopped.IsTaken;
        (_stopped, _isFenced) = (stopped, true);
    }

    /// <summary>An agent that does not name what it takes gives no better sign than that the next message was given to it.</summary>
    private void LiftForNextMessage()
    {
        if (_stopped is null && !_repeatsMessages && session.Turns.AnyWritten)
        {
            Lift();
        }
    }

    private void Lift()
    {
        _isFenced = false;
        session.Translator.ForgetTurn(); // what was hidden counts for nothing
    }

    private async Task InterruptAsync(AgentRun run, Turn stopped)
    {
        _ = session.Controls.SendAsync(session.Agent, run, "interrupt"); // what counts is whether the turn ends, not what the agent answers
        var patience = session.Services.Options.StopPatience;
        await Task.Delay(patience, session.Services.Time);
        lock (session.Gate)
        {
            if (_stopped != stopped)
            {
                return;
            }

            Kills = true;
        }

        LiveSessionLog.InterruptIgnored(_logger, session.Id, patience.TotalSeconds);
        await session.Agent.StopAsync(force: true);
    }
}
