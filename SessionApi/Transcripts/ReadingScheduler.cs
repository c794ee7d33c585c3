using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// A few threads of their own for reading many transcripts, which give way to the threads that answer requests: on the
/// shared pool a request would stand in line behind the reading of thousands of files.
/// </summary>
internal sealed partial class ReadingScheduler : TaskScheduler, IDisposable
{
    // Gives way to everything ordinary, and still gets its share when the agents use the whole machine.
    private const int Niceness = 5;

    private readonly BlockingCollection<Task> _tasks = [];

    public ReadingScheduler(int threads)
    {
        for (var i = 0; i < threads; i++)
        {
            new Thread(Run) { IsBackground = true, Name = $"transcript reader {i + 1}" }.Start();
        }
    }

    public void Dispose() => _tasks.CompleteAdding();

    protected override void QueueTask(Task task) => _tasks.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    private void Run()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux this is about the calling thread alone.
            _ = SetPriority(0, 0, Niceness);
        }

        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, uint who, int niceness);
}
