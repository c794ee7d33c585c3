using Sidecar.Contracts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// Whether the agent's turn gets on. Progress is any message from it, or real use of the processor by its tree. A turn that waits for a person
/// is not judged; one that runs a tool is given longer; an interrupt that is not followed by the turn's end is the last request.
/// Knows no clock: the time comes in as a value.
/// </summary>
internal sealed class TurnWatch(AgentOptions options, TimeSpan startedAt)
{
    // An idle CLI was seen to use up to 2 % of a processor for its timers; less than this is no work.
    private const double WorkingShare = 0.05;

    // Long enough for the share to mean something: the kernel counts in steps of 10 ms.
    private static readonly TimeSpan ShareWindow = TimeSpan.FromSeconds(10);

    // Looks come every second. After a longer pause it was us who stood still, and the agent may have as well.
    private static readonly TimeSpan OwnPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TurnLines _lines = new();
    private AgentStallStep? _step;
    private TimeSpan _outputAt = startedAt;
    private TimeSpan _progressAt = startedAt;
    private TimeSpan _interruptedAt;
    private TimeSpan _lookedAt = startedAt;
    private TimeSpan _windowAt = startedAt;
    private TimeSpan? _usedAtWindow;

    /// <summary>What the agent does now.</summary>
    public AgentTurnState State
    {
        get
        {
            lock (_gate)
            {
                return _lines.IsWaiting ? AgentTurnState.Waiting
                    : !_lines.IsWorking ? AgentTurnState.Idle
                    : _step is null ? AgentTurnState.Working
                    : AgentTurnState.Stalled;
            }
        }
    }

    /// <summary>Since when the agent has had nothing to do; null while it works or waits.</summary>
    public TimeSpan? IdleSince
    {
        get
        {
            lock (_gate)
            {
                return _lines.IsWaiting || _lines.IsWorking ? null : _outputAt;
            }
        }
    }

    /// <summary>The agent wrote a message.</summary>
    public void OnMessage(in MessageHead head, ReadOnlySpan<byte> message, TimeSpan now)
    {
        lock (_gate)
        {
            _lines.OnMessage(head, message);
            Progress(now);
            // Only its end ends an interrupted turn: an agent that acknowledges the interrupt and goes on has not heeded it.
            if (_step != AgentStallStep.Interrupted || !_lines.IsTurn)
            {
                _step = null;
            }
        }
    }

    /// <summary>A message for the agent was accepted.</summary>
    public void OnInput(AgentInputTaken input, TimeSpan now)
    {
        lock (_gate)
        {
            _lines.OnInput(input);
            Progress(now);
        }
    }

    /// <summary>What the agent's tree uses, about once a second.</summary>
    public void OnUsage(TreeUsage usage, TimeSpan now)
    {
        lock (_gate)
        {
            // The sum falls when a member ends: then the window begins anew.
            var used = usage.ProcessorTime - (_usedAtWindow ?? usage.ProcessorTime);
            if (now - _windowAt >= ShareWindow || used < TimeSpan.Zero || _usedAtWindow is null)
            {
                if (used > (now - _windowAt) * WorkingShare)
                {
                    _progressAt = now;
                }

                (_windowAt, _usedAtWindow) = (now, usage.ProcessorTime);
            }
        }
    }

    /// <summary>What to do now about a turn that does not get on; null when there is nothing to do. Each step is asked for once.</summary>
    public (AgentStallStep Step, string Reason)? Next(TimeSpan now)
    {
        lock (_gate)
        {
            SkipOwnPause(now);
            if (!_lines.IsTurn || _lines.IsWaiting)
            {
                _step = null;
                Progress(now, output: _lines.IsTurn);
                return null;
            }

            var limit = _lines.RunsTool ? options.ToolStallTimeout : options.StallTimeout;
            var (quiet, silent) = (now - _progressAt, now - _outputAt);
            return _step switch
            {
                null when quiet >= limit / 2 || silent >= options.SilenceTimeout / 2 => Take(AgentStallStep.Warned, quiet, silent, limit),
                AgentStallStep.Warned when quiet >= limit || silent >= options.SilenceTimeout => Interrupt(now, quiet, silent, limit),
                AgentStallStep.Interrupted when now - _interruptedAt >= options.InterruptGrace => Take(AgentStallStep.Killed, quiet, silent, limit),
                _ => null,
            };
        }
    }

    private (AgentStallStep, string) Interrupt(TimeSpan now, TimeSpan quiet, TimeSpan silent, TimeSpan limit)
    {
        _interruptedAt = now;
        return Take(AgentStallStep.Interrupted, quiet, silent, limit);
    }

    private (AgentStallStep, string) Take(AgentStallStep step, TimeSpan quiet, TimeSpan silent, TimeSpan limit)
    {
        _step = step;
        var what = quiet >= limit / 2
            ? $"The agent has neither written anything nor worked for {Words(quiet)}"
            : $"The agent has not written anything for {Words(silent)}";
        return (step, step switch
        {
            AgentStallStep.Warned => $"{what}. If that lasts as long again, the turn is interrupted.",
            AgentStallStep.Interrupted => $"{what}; the turn was interrupted.",
            _ => $"{what} and did not heed the interrupt; it was killed with all that it had started.",
        });
    }

    private void Progress(TimeSpan now, bool output = true)
    {
        _progressAt = now;
        if (output)
        {
            _outputAt = now;
        }
    }

    private void SkipOwnPause(TimeSpan now)
    {
        var pause = now - _lookedAt;
        _lookedAt = now;
        if (pause > OwnPause)
        {
            _progressAt += pause;
            _outputAt += pause;
            _interruptedAt += pause;
        }
    }

    private static string Words(TimeSpan time) => time < TimeSpan.FromMinutes(2)
        ? FormattableString.Invariant($"{time.TotalSeconds:0} seconds")
        : FormattableString.Invariant($"{time.TotalMinutes:0} minutes");
}
