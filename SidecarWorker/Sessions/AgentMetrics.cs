using System.Diagnostics.Metrics;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>What is measured of agent processes and of all that they started; how many there are, <see cref="WorkerBounds"/> tells.</summary>
internal sealed class AgentMetrics
{
    public const string MeterName = "Sidecar.Agents";

    private readonly Counter<long> _ends;
    private readonly Counter<long> _stops;
    private readonly Counter<long> _stalls;
    private readonly Counter<long> _orphans;
    private readonly Counter<double> _processorTime;
    private long _residentBytes;
    private long _processes;

    public AgentMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _ends = meter.CreateCounter<long>("sidecar.agents.ends", "{run}", "Runs of agents that ended, by cause.");
        _stops = meter.CreateCounter<long>("sidecar.agents.stops", "{run}", "Runs that were stopped, by what it took.");
        _stalls = meter.CreateCounter<long>("sidecar.agents.stalls", "{step}", "Steps taken against turns that made no progress.");
        _orphans = meter.CreateCounter<long>("sidecar.agents.orphans", "{process}", "Processes of an earlier life that were ended.");
        _processorTime = meter.CreateCounter<double>("sidecar.agents.cpu.time", "s", "Processor time that agents and what they started have used.");
        meter.CreateObservableUpDownCounter(
            "sidecar.agents.memory", () => Interlocked.Read(ref _residentBytes), "By", "Resident memory of all agents and of what they started.");
        meter.CreateObservableUpDownCounter(
            "sidecar.agents.tree_processes", () => Interlocked.Read(ref _processes), "{process}", "Agents, and the processes that they started.");
    }

    /// <summary>A tree uses this much more, or less, than when it was last looked at.</summary>
    public void TreeChanged(long residentBytes, int processes, TimeSpan processorTime)
    {
        Interlocked.Add(ref _residentBytes, residentBytes);
        Interlocked.Add(ref _processes, processes);
        if (processorTime > TimeSpan.Zero) // the sum of the living falls when one ends
        {
            _processorTime.Add(processorTime.TotalSeconds);
        }
    }

    public void Ended(AgentExitCause cause) => _ends.Add(1, KeyValuePair.Create<string, object?>("cause", cause switch
    {
        AgentExitCause.Ended => "ended",
        AgentExitCause.Stopped => "stopped",
        AgentExitCause.Shutdown => "shutdown",
        AgentExitCause.Idle => "idle",
        AgentExitCause.Stalled => "stalled",
        AgentExitCause.MemoryLimit => "memory_limit",
        _ => "process_limit",
    }));

    public void Stopped(AgentStopLevel level) => _stops.Add(1, KeyValuePair.Create<string, object?>("level", level switch
    {
        AgentStopLevel.None => "none",
        AgentStopLevel.InputClosed => "input_closed",
        AgentStopLevel.Terminated => "terminated",
        _ => "killed",
    }));

    public void Stalled(AgentStallStep step) => _stalls.Add(1, KeyValuePair.Create<string, object?>("step", step switch
    {
        AgentStallStep.Warned => "warned",
        AgentStallStep.Interrupted => "interrupted",
        _ => "killed",
    }));

    public void OrphansReaped(int count) => _orphans.Add(count);
}
