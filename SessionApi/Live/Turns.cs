using System.Text.Json;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// One user message on its way to an answer. The object itself is the token of ownership: whoever acts for a turn after a wait first
/// checks that it is still among the session's turns.
/// </summary>
/// <param name="uuid">The uuid that the message carries to the agent and that the agent repeats; null for a turn that nobody here began.</param>
/// <param name="clientId">The id that the client gave its message; null when it gave none.</param>
internal sealed class Turn(string? uuid, string? clientId)
{
    public string? Uuid => uuid;

    public string? ClientId => clientId;

    /// <summary>What telemetry knows of it; null for a turn that nobody here began.</summary>
    public TurnSpan? Span { get; init; }

    /// <summary>How it ended; null while it is open.</summary>
    public MessageOutcome? Outcome { get; set; }

    /// <summary>The run of the agent that is to answer; null until one is chosen.</summary>
    public string? LaunchId { get; set; }

    /// <summary>The message was given to the agent.</summary>
    public bool IsWritten { get; set; }

    /// <summary>The agent has said that it took the message.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>A slash command: the agent may answer it without the model, and without saying that it took it.</summary>
    public bool IsCommand { get; init; }

    /// <summary>What the agent is given; kept until it has taken it, so that it can be given to the next one.</summary>
    public JsonElement? Message { get; set; }

    /// <summary>The message was given to a second agent, because the first could not take it. That is not tried again.</summary>
    public bool IsSecondTry { get; set; }

    /// <summary>Notes that the agent has taken the message.</summary>
    public void Take()
    {
        IsWritten = IsTaken = true;
        Message = null;
    }
}

/// <summary>The turns of a session that have not ended, oldest first. Under the session's gate.</summary>
internal sealed class Turns
{
    private readonly List<Turn> _open = [];
    private readonly List<Turn> _ended = [];

    /// <summary>Turns that have begun and not ended.</summary>
    public int Count => _open.Count;

    /// <summary>A turn has begun and not ended.</summary>
    public bool Any => _open.Count > 0;

    /// <summary>The agent has a message and has not answered it.</summary>
    public bool AnyWritten => _open.Exists(turn => turn.IsWritten);

    /// <summary>The oldest open turn.</summary>
    public Turn? Current => _open.Count > 0 ? _open[0] : null;

    /// <summary>How the turn ended that ended last; null when none has.</summary>
    public MessageOutcome? LastOutcome { get; private set; }

    public Turn Begin(string? uuid, string? clientId = null, bool isCommand = false, TurnSpan? span = null)
    {
        var turn = new Turn(uuid, clientId) { IsCommand = isCommand, Span = span };
        _open.Add(turn);
        return turn;
    }

    public bool Contains(Turn turn) => _open.Contains(turn);

    public Turn? Find(string uuid) => _open.Find(turn => turn.Uuid == uuid);

    /// <summary>Ends one turn. False when it had ended already.</summary>
    public bool End(Turn turn, MessageOutcome outcome) => EndAll(open => open == turn, outcome) > 0;

    /// <summary>Ends the turns whose message the agent never got.</summary>
    public void EndUnwritten(MessageOutcome outcome) => EndAll(turn => !turn.IsWritten, outcome);

    /// <summary>Takes back from a run that is over the messages that it had not taken: they are for the next one.</summary>
    /// <param name="launchId">The run.</param>
    /// <param name="but">The turn that is not to go on.</param>
    public List<Turn> TakeBack(string launchId, Turn? but)
    {
        var untaken = _open.FindAll(turn =>
            turn.LaunchId == launchId && turn != but && turn is { IsTaken: false, IsSecondTry: false, Message: not null });
        foreach (var turn in untaken)
        {
            (turn.LaunchId, turn.IsWritten, turn.IsSecondTry) = (null, false, true);
        }

        return untaken;
    }

    /// <summary>Ends the turns of a run that is over. False when it had none.</summary>
    public bool EndOf(string launchId, MessageOutcome outcome) => EndAll(turn => turn.LaunchId == launchId, outcome) > 0;

    /// <summary>
    /// A result ends every turn that the agent had taken: it folds messages that arrive during a turn into that turn.
    /// An agent that does not say what it took answers one message after the other.
    /// </summary>
    public void EndByResult(MessageOutcome outcome)
    {
        if (!EndTaken(outcome) && Current is { IsWritten: true } oldest)
        {
            End(oldest, outcome);
        }
    }

    /// <summary>Ends the turns that the agent had taken. False when there were none.</summary>
    public bool EndTaken(MessageOutcome outcome) => EndAll(turn => turn.IsTaken || turn.Uuid is null, outcome) > 0;

    /// <summary>The turns that have ended since the last call and that a client named.</summary>
    public IReadOnlyList<Turn> TakeEnded()
    {
        if (_ended.Count == 0)
        {
            return [];
        }

        Turn[] ended = [.. _ended];
        _ended.Clear();
        return ended;
    }

    private int EndAll(Predicate<Turn> which, MessageOutcome outcome)
    {
        foreach (var turn in _open.FindAll(which))
        {
            LastOutcome = turn.Outcome = outcome;
            turn.Span?.End(outcome);
            if (turn.ClientId is not null)
            {
                _ended.Add(turn);
            }
        }

        return _open.RemoveAll(which);
    }
}
