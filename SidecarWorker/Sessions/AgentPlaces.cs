using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// The places for agent processes, each taken before a process is started and given back when it has ended. When all are taken, an idle agent
/// has to go.
/// </summary>
/// <param name="bound">How many there are, and are taken.</param>
/// <param name="stopIdle">Stops the agent that has been idle longest and waits for its end; false when none is idle.</param>
internal sealed class AgentPlaces(Bound bound, Func<Task<bool>> stopIdle)
{
    /// <exception cref="WorkerException">All are taken by agents that work.</exception>
    public async Task TakeAsync()
    {
        while (!bound.TryAdd(1))
        {
            if (!await stopIdle())
            {
                throw WorkerException.LimitReached(bound.Limit);
            }
        }
    }

    public void Release() => bound.Remove(1);
}
