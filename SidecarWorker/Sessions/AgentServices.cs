using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>What all sessions share.</summary>
internal sealed record AgentServices(
    AgentOptions Options,
    AgentLauncher Launcher,
    EventBudget Budget,
    WorkerBounds Bounds,
    AgentMetrics Metrics,
    TreeWatch Watch,
    TimeProvider Time,
    ILogger<AgentSession> Logger,
    ILogger<DiagnosticLog> DiagnosticLogger);
