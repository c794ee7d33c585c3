namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>Lets any number of callers wait until something that others change is as they want it.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _changed = New();

    /// <summary>Something has changed.</summary>
    public void Raise() => Interlocked.Exchange(ref _changed, New()).SetResult();

    /// <summary>Waits for a condition; it is looked at after each change.</summary>
    public async Task WaitUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before the condition is looked at: what changes afterwards completes it.
            var changed = Volatile.Read(ref _changed).Task;
            if (condition())
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
