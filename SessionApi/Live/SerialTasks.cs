using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Live;

/// <summary>Runs asynchronous steps one after the other, in the order in which they were added.</summary>
/// <param name="onStepEnded">Called after each step, when it no longer counts.</param>
/// <param name="limit">How many may be there when one is added by <see cref="TryAdd"/>.</param>
/// <param name="bound">Counts the steps together with those of others; null where what adds them is counted.</param>
internal sealed class SerialTasks(Action onStepEnded, int limit = int.MaxValue, Bound? bound = null)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private int _waiting;

    /// <summary>Steps that have not ended.</summary>
    public int Count => Volatile.Read(ref _waiting);

    /// <summary>As many steps as may be have not ended.</summary>
    public bool IsFull => Count >= limit;

    /// <summary>Adds a step. It must handle its own failures: an exception is passed to nobody but the returned task.</summary>
    public Task Add(Func<Task> step)
    {
        lock (_gate)
        {
            return AddUnderGate(step);
        }
    }

    /// <summary>The same for what clients may ask for again and again. Null, and nothing added, when as many steps as may be have not ended.</summary>
    public Task? TryAdd(Func<Task> step)
    {
        lock (_gate)
        {
            return _waiting < limit ? AddUnderGate(step) : null;
        }
    }

    private Task AddUnderGate(Func<Task> step)
    {
        Interlocked.Increment(ref _waiting);
        bound?.Add(1);
        return _last = RunAsync(_last, step);
    }

    private async Task RunAsync(Task before, Func<Task> step)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            await step();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            bound?.Remove(1);
            onStepEnded();
        }
    }
}
