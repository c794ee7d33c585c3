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

    // To start a thread for each of many looks would cost more than they do; an idle server has no thread for this.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Queue<Request> _waiting = new();
    private readonly HashSet<WorkspaceKey> _hanging = [];
    private bool _isWorking;
    private bool _isIdle;

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

    private void StartWorking()
    {
        if (_isIdle)
        {
            _isIdle = false;
            _wake.Release();
        }
        else if (!_isWorking && _waiting.Count > 0)
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
        var hasWaited = false;
        while (true)
        {
            lock (_gate)
            {
                _isIdle = false;
                if (_waiting.TryDequeue(out var next))
                {
                    return next;
                }

                if (hasWaited)
                {
                    _isWorking = false;
                    return null;
                }

                _isIdle = true;
            }

            hasWaited = !_wake.Wait(Linger);
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
