namespace Sidecar.SessionApi.Live;

/// <summary>Runs asynchronous steps one after the other, in the order in which they were added.</summary>
/// <param name="onStepEnded">Called after each step, when it no longer counts.</param>
internal sealed class SerialTasks(Action onStepEnded)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private int _waiting;

    /// <summary>Steps that have not ended.</summary>
    public int Count => Volatile.Read(ref _waiting);

    /// <summary>Adds a step. It must handle its own failures: an exception is passed to nobody but the returned task.</summary>
    public Task Add(Func<Task> step)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _waiting);
            return _last = RunAsync(_last, step);
        }
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
            onStepEnded();
        }
    }
}
