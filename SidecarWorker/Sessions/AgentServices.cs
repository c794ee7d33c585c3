using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>What all sessions share.</summary>
internal sealed record AgentServices(
    AgentOptions Options, AgentLauncher Launcher, TreeWatch Watch, TimeProvider Time, ILogger<AgentSession> Logger);
