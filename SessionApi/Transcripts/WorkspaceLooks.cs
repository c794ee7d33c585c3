namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Looks at directories one after the other, on a thread that nobody else waits for: a look at a network drive that does
/// not answer cannot be cancelled. It is given up after <see cref="Deadline"/>, and another thread goes on with the rest.
/// </summary>
internal sealed class WorkspaceLooks(Func<WorkspaceKey, Workspace> look, TimeProvider time)
{
    /// <summary>How long a look may take.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <summary>How many looks may hang at the same time. With that many nothing is looked at until one of them returns.</summary>
    public const int MaxThreads = 4;

    private readonly Lock _gate = new();
    private readonly Queue<Request> _waiting = new();
    private readonly HashSet<WorkspaceKey> _hanging = [];
    private bool _isWorking;

    /// <summary>What a look finds; null when it takes too long. A directory whose last look still hangs is not looked at.</summary>
    public Task<Workspace?> LookAsync(WorkspaceKey key)
    {
        lock (_gate)
        {
            if (_hanging.Count == MaxThreads || _hanging.Contains(key))
            {
                return Task.FromResult<Workspace?>(null);
            }

            var request = new Request(key);
            _waiting.Enqueue(request);
            StartWorking();
            return request.Answer.Task;
        }
    }

    // Ends when there is nothing left to do, so that an idle server has no thread for this.
    private void StartWorking()
    {
        if (!_isWorking && _waiting.Count > 0)
        {
            _isWorking = true;
            new Thread(Work) { IsBackground = true, Name = "workspaces" }.Start();
        }
    }

    private void Work()
    {
        while (Next() is { } request)
        {
            Workspace? found = null;
            using (time.CreateTimer(GiveUp, request, Deadline, Timeout.InfiniteTimeSpan))
            {
                try
                {
                    found = look(request.Key);
                }
#pragma warning disable CA1031 // A path that breaks a look must not end the process; it counts as unknown.
                catch (Exception)
#pragma warning restore CA1031
                {
                    found = null;
                }
            }

            lock (_gate)
            {
                if (!request.Answer.TrySetResult(found))
                {
                    // It was given up, and another thread has the queue.
                    _hanging.Remove(request.Key);
                    return;
                }
            }
        }
    }

    private Request? Next()
    {
        lock (_gate)
        {
            _isWorking = _waiting.TryDequeue(out var next);
            return next;
        }
    }

    private void GiveUp(object? state)
    {
        var request = (Request)state!;
        lock (_gate)
        {
            if (!request.Answer.TrySetResult(null))
            {
                return;
            }

            _hanging.Add(request.Key);
            _isWorking = false;
            if (_hanging.Count < MaxThreads)
            {
                StartWorking();
                return;
            }

            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.Answer.TrySetResult(null);
            }
        }
    }

    private sealed class Request(WorkspaceKey key)
    {
        public WorkspaceKey Key { get; } = key;

        public TaskCompletionSource<Workspace?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
