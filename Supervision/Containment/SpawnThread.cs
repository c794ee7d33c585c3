using System.Collections.Concurrent;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// The one thread that starts children, alive as long as this process. Linux sends the parent-death signal when the *thread*
/// that forked ends (prctl(2), PR_SET_PDEATHSIG), so a pool thread that retires would kill its children.
/// </summary>
internal static class SpawnThread
{
    // Starts wait here while one fork is under way; beyond this many the caller is made to wait for room.
    private const int Capacity = 256;

    private static readonly BlockingCollection<Action> Queue = StartThread();

    /// <summary>Runs <paramref name="start"/> on the spawning thread.</summary>
    public static Task<T> RunAsync<T>(Func<T> start, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue.Add(
            () =>
            {
                try
                {
                    done.SetResult(start());
                }
                catch (Exception exception)
                {
                    done.SetException(exception); // belongs to the caller, not to this thread
                }
            },
            cancellationToken);
        return done.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var queue = new BlockingCollection<Action>(Capacity);
        var thread = new Thread(() =>
        {
            foreach (var action in queue.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "spawn",
        };
        thread.Start();
        return queue;
    }
}
