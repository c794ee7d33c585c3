using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>
/// The pages of one state of the list. Everything that a page says comes from that state, so a page never goes stale in here;
/// the next state gets a cache of its own and this one is let go as a whole.
/// </summary>
/// <param name="view">The state.</param>
/// <param name="tag">Tells this state from every other one that this or another process ever answered with.</param>
internal sealed class PageCache(CatalogView view, string tag)
{
    /// <summary>How many pages are remembered.</summary>
    public const int MaxPages = 256;

    /// <summary>How many bytes of pages are kept.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    // One page must not drive out all others.
    private const int MaxPageBytes = MaxBytes / 4;

    private readonly ConcurrentDictionary<PageKey, CachedPage> _pages = new();
    private readonly Queue<CachedPage> _oldestFirst = new();
    private readonly Lock _keeping = new();
    private long _bytes;

    public CatalogView View { get; } = view;

    public int Count => _pages.Count;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The page if it was asked for before.</summary>
    public bool TryFind(PageKey key, [NotNullWhen(true)] out CachedPage? page) => _pages.TryGetValue(key, out page);

    /// <summary>The name of the page's bytes: equal names, equal bytes.</summary>
    public string TagOf(PageKey key) => key.ProjectHash == 0
        ? $"\"{tag}-{key.Start:x}-{key.Count:x}\""
        : $"\"{tag}-{key.Start:x}-{key.Count:x}-{key.ProjectHash:x8}\"";

    /// <summary>The name of the bytes of the list of projects.</summary>
    public string ProjectsTag => $"\"{tag}-projects\"";

    /// <summary>Remembers that the page was asked for. Its bytes are not worth keeping yet.</summary>
    public CachedPage Remember(PageKey key)
    {
        lock (_keeping)
        {
            if (_pages.TryGetValue(key, out var known))
            {
                return known;
            }

            var page = new CachedPage(key, TagOf(key));
            _pages[key] = page;
            _oldestFirst.Enqueue(page);
            MakeRoom(0, page);
            return page;
        }
    }

    /// <summary>Keeps the bytes of a page that was asked for again; null when it is too large for that.</summary>
    public ReadOnlyMemory<byte>[]? Keep(CachedPage page, SessionListPage content)
    {
        if (content.Length > MaxPageBytes)
        {
            return null;
        }

        lock (_keeping)
        {
            if (page.Segments is null && _pages.ContainsKey(page.Key))
            {
                MakeRoom(content.Length, page);
                page.Segments = content.ToSegments();
                page.Bytes = content.Length;
                Volatile.Write(ref _bytes, _bytes + content.Length);
            }

            return page.Segments;
        }
    }

    // What was used since the last time gets another turn, so that a walk over all pages leaves the first ones in place.
    private void MakeRoom(long bytes, CachedPage forPage)
    {
        while ((_pages.Count > MaxPages || _bytes + bytes > MaxBytes) && _oldestFirst.TryDequeue(out var oldest))
        {
            if (oldest.WasUsed || oldest == forPage)
            {
                oldest.WasUsed = false;
                _oldestFirst.Enqueue(oldest);
                continue;
            }

            _pages.TryRemove(oldest.Key, out _);
            Volatile.Write(ref _bytes, _bytes - oldest.Bytes);
        }
    }
}

/// <summary>Names a page of one state: by the rows that exist, so that limits beyond the end are the same page.</summary>
/// <param name="Rows">All rows, or those of a project.</param>
/// <param name="ProjectHash">Tells projects apart in tags; 0 without one.</param>
/// <param name="Start">The index of the first row.</param>
/// <param name="Count">The number of rows.</param>
internal readonly record struct PageKey(SessionRows Rows, int ProjectHash, int Start, int Count);

/// <summary>A page that was asked for, and its bytes if it was asked for again.</summary>
internal sealed class CachedPage(PageKey key, string tag)
{
    private volatile ReadOnlyMemory<byte>[]? _segments;
    private volatile bool _wasUsed;

    public PageKey Key { get; } = key;

    public string Tag { get; } = tag;

    public ReadOnlyMemory<byte>[]? Segments { get => _segments; set => _segments = value; }

    public long Bytes { get; set; }

    /// <summary>Whether its bytes were used since it last stood first in the queue to go.</summary>
    // Read before it is written: this is on the way of every request, and all of them share the line of memory.
    public bool WasUsed
    {
        get => _wasUsed;
        set
        {
            if (_wasUsed != value)
            {
                _wasUsed = value;
            }
        }
    }
}
