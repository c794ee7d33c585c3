using System.Collections.Concurrent;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Resolves workspaces and remembers them, so that a list request asks no file system. Sessions share few directories; what
/// no session names any more is forgotten, so the memory is bounded by the sessions.
/// </summary>
internal sealed class WorkspaceResolver(WorkspaceLooks looks, TimeProvider time)
{
    /// <summary>Every directory is looked at again within this time, and one round of <see cref="RefreshAsync"/>.</summary>
    public static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(30);

    // Most people's directories are fewer than this: all of theirs are looked at in every round.
    private const int MinRefreshed = 256;

    private readonly ConcurrentDictionary<WorkspaceKey, Workspace> _known = new();
    private readonly Queue<WorkspaceKey> _due = new();
    private long _lastRefresh = time.GetTimestamp();

    /// <summary>How many workspaces are remembered.</summary>
    public int Count => _known.Count;

    /// <summary>What was found last; null when it was never looked at.</summary>
    public Workspace? Known(WorkspaceKey key) => _known.GetValueOrDefault(key);

    /// <summary>What is remembered, or else what a look finds; a directory that does not answer counts as missing.</summary>
    public async ValueTask<Workspace> ResolveAsync(WorkspaceKey key) =>
        Known(key) ?? _known.GetOrAdd(key, await looks.LookAsync(key) ?? WorkspaceLook.Unknown(key));

    /// <summary>Looks again. True when something else was found; a directory that does not answer stays as it was.</summary>
    public async Task<bool> LookAgainAsync(WorkspaceKey key)
    {
        if (await looks.LookAsync(key) is not { } now || now == Known(key))
        {
            return false;
        }

        _known[key] = now;
        return true;
    }

    /// <summary>One round: looks again at the directories whose turn it is. True when one of them changed. Not for concurrent use.</summary>
    /// <param name="inUse">The keys that rows have; asked for only at the end of a turn over all of them.</param>
    public async Task<bool> RefreshAsync(Func<IReadOnlySet<WorkspaceKey>> inUse)
    {
        if (_due.Count == 0)
        {
            StartOver(inUse());
        }

        var share = time.GetElapsedTime(_lastRefresh) / RefreshPeriod;
        _lastRefresh = time.GetTimestamp();
        var refreshed = (int)Math.Min(_due.Count, Math.Max(MinRefreshed, Math.Ceiling(share * _known.Count)));
        var found = new List<Task<bool>>(refreshed);
        while (found.Count < refreshed)
        {
            found.Add(LookAgainAsync(_due.Dequeue()));
        }

        return (await Task.WhenAll(found)).Contains(true);
    }

    private void StartOver(IReadOnlySet<WorkspaceKey> inUse)
    {
        foreach (var (key, _) in _known)
        {
            if (!inUse.Contains(key))
            {
                _known.TryRemove(key, out _);
            }
        }

        foreach (var key in inUse)
        {
            _due.Enqueue(key);
        }
    }
}
