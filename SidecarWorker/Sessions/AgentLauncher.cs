using System.ComponentModel;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Agents.Links;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>Starts agent processes, as many as there are places.</summary>
internal sealed class AgentLauncher(
    AgentCommandLine commandLine, AgentLinks links, AgentOptions options, WorkerRun worker, AgentPlaces places, TimeProvider time)
{
    /// <summary>Where the place of a process is given back when it has ended.</summary>
    public AgentPlaces Places => places;

    /// <summary>Takes a place and starts the CLI of a session.</summary>
    /// <exception cref="WorkerException">No place is free, the folder does not exist, or the program cannot be executed.</exception>
    public async Task<AgentProcess> StartAsync(Guid session, AgentLaunch launch, IAgentOutput output, CancellationToken cancellationToken)
    {
        await places.TakeAsync();
        IAgentLink? link = null;
        try
        {
            link = links.Open(session);
            return await AgentProcess.StartAsync(Spec(session, launch, link.SdkUrl), link, output, options, time, cancellationToken);
        }
        catch (Exception exception)
        {
            link?.Dispose();
            places.Release();
            if (exception is Win32Exception)
            {
                throw WorkerException.SpawnFailed(commandLine.Command, exception.Message);
            }

            throw;
        }
    }

    private ContainedProcessSpec Spec(Guid session, AgentLaunch launch, Uri? sdkUrl) => new()
    {
        FileName = commandLine.FindProgram() ?? throw WorkerException.SpawnFailed(commandLine.Command, "it was not found"),
        Arguments = commandLine.Arguments(session, launch, sdkUrl),
        WorkingDirectory = Directory.Exists(launch.WorkDir) ? launch.WorkDir : throw WorkerException.WorkDirInvalid(launch.WorkDir),
        Environment = AgentEnvironment.Changes(launch, sdkUrl),
        Marker = worker.NextMarker(),
        Limits = options.Limits,
    };
}
