using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>One process of a session.</summary>
internal sealed class AgentRun(AgentLaunch launch, AgentProcess process, TurnWatch turn, DateTimeOffset startedAt, long launchSequence)
{
    private readonly Lock _usage = new();
    private volatile AgentEnd? _end;
    private long _residentBytes = -1;
    private int _processes;
    private TimeSpan _processorTime;
    private bool _forgotten;

    public AgentLaunch Launch => launch;

    public AgentProcess Process => process;

    public TurnWatch Turn => turn;

    public DateTimeOffset StartedAt => startedAt;

    public long LaunchSequence => launchSequence;

    /// <summary>Completes when its last event is written.</summary>
    public TaskCompletionSource Observed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why we end it; null while we do not.</summary>
    public AgentEnd? End => _end;

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Memory of its tree, or null before the first look.</summary>
    public long? ResidentBytes => Interlocked.Read(ref _residentBytes) is >= 0 and var bytes ? bytes : null;

    /// <summary>Processes of its tree, or null before the first look.</summary>
    public int? Processes => ResidentBytes is null ? null : Volatile.Read(ref _processes);

    /// <summary>What <c>GET /v1/sessions</c> says of a session whose current run, or last one, this is.</summary>
    public Contracts.AgentSession Describe(AgentSession session)
    {
        var (first, last) = session.Events.Range;
        return new Contracts.AgentSession
        {
            SessionId = session.Id.ToString("D"),
            Epoch = session.Epoch,
            FirstSequence = first,
            LastSequence = last,
            LaunchSequence = LaunchSequence,
            State = EndedAt is not null ? AgentState.Ended : End is not null ? AgentState.Stopping : AgentState.Running,
            Launch = Launch,
            ProcessId = EndedAt is null ? Process.ProcessId : null,
            Turn = EndedAt is null ? Turn.State : null,
            MemoryBytes = EndedAt is null ? ResidentBytes : null,
            Processes = EndedAt is null ? Processes : null,
            StartedAt = StartedAt,
        };
    }

    /// <summary>Notes what its tree uses now.</summary>
    public void Remember(TreeUsage usage, AgentMetrics metrics)
    {
        lock (_usage)
        {
            if (!_forgotten)
            {
                Note(usage, metrics);
            }
        }
    }

    /// <summary>It has ended: its tree uses nothing any more, whatever a look that is under way says.</summary>
    public void Forget(AgentMetrics metrics)
    {
        lock (_usage)
        {
            Note(new TreeUsage(0, 0, _processorTime), metrics);
            _forgotten = true;
        }
    }

    /// <summary>Notes why it is ended. The first reason stays.</summary>
    public void EndBecause(AgentEnd end) => Interlocked.CompareExchange(ref _end, end, null);

    private void Note(TreeUsage usage, AgentMetrics metrics)
    {
        metrics.TreeChanged(
            usage.ResidentBytes - (ResidentBytes ?? 0), usage.Processes - (Processes ?? 0), usage.ProcessorTime - _processorTime);
        _processorTime = usage.ProcessorTime;
        Volatile.Write(ref _processes, usage.Processes);
        Interlocked.Exchange(ref _residentBytes, usage.ResidentBytes);
    }
}

/// <summary>Why a run is ended by the worker.</summary>
/// <param name="Cause">For programs.</param>
/// <param name="Reason">For people; null when it was asked for.</param>
internal sealed record AgentEnd(AgentExitCause Cause, string? Reason = null)
{
    /// <summary>Nobody misses the run, or somebody asked for its end.</summary>
    public bool IsOrderly => Cause is AgentExitCause.Stopped or AgentExitCause.Idle or AgentExitCause.Shutdown;
}
