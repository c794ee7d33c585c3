using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Limits;

namespace Sidecar.Tests.SidecarWorker.Sessions;

/// <summary>Makes a session without a worker around it.</summary>
internal static class TestSession
{
    public static AgentSession Of(AgentOptions options, TimeProvider time)
    {
        var commandLine = new AgentCommandLine(Options.Create(options), new ConfigurationBuilder().Build());
        var places = new AgentPlaces(1, () => Task.FromResult(false));
        var launcher = new AgentLauncher(commandLine, options, new WorkerRun(), places, time);
        var watch = new TreeWatch(time, NullLogger<TreeWatch>.Instance);
        return new AgentSession(Guid.NewGuid(), new AgentServices(options, launcher, watch, time, NullLogger<AgentSession>.Instance));
    }
}
