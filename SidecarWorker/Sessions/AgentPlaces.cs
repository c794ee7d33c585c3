namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// The places for agent processes, each taken before a process is started and given back when it has ended. When all are taken, an idle agent
/// has to go.
/// </summary>
/// <param name="capacity">How many there are.</param>
/// <param name="stopIdle">Stops the agent that has been idle longest and waits for its end; false when none is idle.</param>
internal sealed class AgentPlaces(int capacity, Func<Task<bool>> stopIdle)
{
    private int _taken;

    /// <summary>How many are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <exception cref="WorkerException">All are taken by agents that work.</exception>
    public async Task TakeAsync()
    {
        while (!TryTake())
        {
            if (!await stopIdle())
            {
                throw WorkerException.LimitReached(capacity);
            }
        }
    }

    public void Release() => Interlocked.Decrement(ref _taken);

    private bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= capacity)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }
}
