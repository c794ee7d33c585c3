using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// The one thread that starts children, alive as long as this process. Linux sends the parent-death signal when the *thread*
/// that forked ends (prctl(2), PR_SET_PDEATHSIG), so a pool thread that retires would kill its children.
/// It also knows which children were started here, for <see cref="Subreaper"/>.
/// </summary>
internal static class SpawnThread
{
    // Starts wait here while one fork is under way; beyond this many the caller is made to wait for room.
    private const int Capacity = 256;

    private static readonly StartedChildren Started = new();
    private static readonly BlockingCollection<Action> Queue = StartThread();

    /// <summary>Starts a process on the spawning thread.</summary>
    public static Task<StartedChild> StartAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<StartedChild>(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue.Add(
            () =>
            {
                try
                {
                    var process = Process.Start(start)!;
                    done.SetResult(new StartedChild(process, Started.Add(process.Id, ProcessTable.Current)));
                }
                catch (Exception exception)
                {
                    done.SetException(exception); // belongs to the caller, not to this thread
                }
            },
            cancellationToken);
        return done.Task;
    }

    /// <summary>Runs <paramref name="action"/> between two starts. It must not throw, and is dropped when there is much to start.</summary>
    public static void TryPost(Action<StartedChildren> action) => Queue.TryAdd(() => action(Started));

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
