using Sidecar.Contracts;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Probing;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>What is known of one sidecar: written by its runner, its probes and the watch over its tree, read by everybody.</summary>
internal sealed class SidecarJournal
{
    private readonly Lock _gate = new();
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;
    private SidecarStatus _status;
    private int _starts;
    private bool _isOver;
    private long _lastAnswer;

    public SidecarJournal(string name, string command, SidecarMetrics metrics, TimeProvider time)
    {
        (_metrics, _time) = (metrics, time);
        _status = new SidecarStatus
        {
            Name = name,
            State = SidecarState.Stopped,
            Since = time.GetUtcNow(),
            Command = command,
            Restarts = new SidecarRestarts(0, 0),
        };
        metrics.Entered(_status.State);
    }

    /// <summary>Raised when the state, the process or the number of starts has changed.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>How often a start was begun, and whether the last one has brought a process or an end.</summary>
    public (int Count, bool IsSettled) Starts
    {
        get
        {
            lock (_gate)
            {
                return (_starts, _isOver || _status.Pid is not null);
            }
        }
    }

    public SidecarStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>A start begins.</summary>
    public void Starting()
    {
        lock (_gate)
        {
            (_starts, _isOver) = (_starts + 1, false);
            Enter(SidecarState.Starting);
        }
    }

    /// <summary>Its process was started.</summary>
    public void Started(int processId, int? port)
    {
        lock (_gate)
        {
            _status = _status with { Pid = processId, Port = port };
            Changed.Raise();
        }
    }

    /// <summary>It has answered for the first time, or needs to answer nothing.</summary>
    public void Healthy(TimeSpan? latency)
    {
        lock (_gate)
        {
            _lastAnswer = _time.GetTimestamp();
            _status = _status with { ProbeLatencyMs = Milliseconds(latency) };
            Enter(SidecarState.Healthy);
        }
    }

    /// <summary>A probe of the healthy program was answered, or not.</summary>
    public void Probed(ProbeRound round)
    {
        _metrics.Probed(_status.Name, round.Latency, round.Problem is null);
        if (round.Problem is null)
        {
            Healthy(round.Latency);
            return;
        }

        lock (_gate)
        {
            Enter(SidecarState.Degraded);
        }
    }

    /// <summary>What its tree uses.</summary>
    public void Used(TreeUsage usage)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _status = _status with { MemoryBytes = usage.ResidentBytes, Processes = usage.Processes };
            }
        }
    }

    /// <summary>Its run is over or is being ended, and another will follow, unless something else is entered.</summary>
    public void Ending(EndCause cause)
    {
        lock (_gate)
        {
            if (cause == EndCause.Hang)
            {
                _metrics.Detected(_status.Name, _time.GetElapsedTime(_lastAnswer));
            }

            Enter(SidecarState.Restarting);
        }
    }

    /// <summary>Nothing of its run is left.</summary>
    public void Ended(SidecarFailure? failure)
    {
        lock (_gate)
        {
            _isOver = true;
            _status = _status with
            {
                Pid = null,
                Port = null,
                ProbeLatencyMs = null,
                MemoryBytes = null,
                Processes = null,
                LastFailure = failure ?? _status.LastFailure,
            };
            Changed.Raise();
        }
    }

    /// <summary>It will be started again.</summary>
    public void Restarting(EndCause cause)
    {
        _metrics.Restarted(_status.Name, cause);
        lock (_gate)
        {
            _status = _status with { Restarts = new SidecarRestarts(_status.Restarts.Total + 1, 0) };
        }
    }

    /// <summary>It rests in this state.</summary>
    public void Rests(SidecarState state)
    {
        lock (_gate)
        {
            Enter(state);
        }
    }

    private static double? Milliseconds(TimeSpan? latency) => latency is { } known ? Math.Round(known.TotalMilliseconds, 1) : null;

    private void Enter(SidecarState state)
    {
        if (_status.State != state)
        {
            _metrics.Left(_status.State);
            _metrics.Entered(state);
            _status = _status with { State = state, Since = _time.GetUtcNow() };
        }

        Changed.Raise();
    }
}
