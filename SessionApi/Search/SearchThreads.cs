using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search;

/// <summary>The threads of all searches. They give way to whatever else the server does, so that a search slows no list and no turn.</summary>
internal sealed class SearchThreads : IDisposable
{
    public const int Count = 2;

    private readonly Lazy<ReadingScheduler> _scheduler = new(static () => new ReadingScheduler(Count));

    /// <summary>Made with the first search.</summary>
    public TaskScheduler Scheduler => _scheduler.Value;

    public void Dispose()
    {
        if (_scheduler.IsValueCreated)
        {
            _scheduler.Value.Dispose();
        }
    }
}
