using System.Security.Cryptography;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>
/// Holds the pages of the list as it is now. A state is compared by everything that a page can say of it, the index included,
/// so whatever changes an answer changes its tag.
/// </summary>
internal sealed class SessionPages
{
    // A counter alone would begin again with the process, and a page of an earlier life would pass for a current one.
    private readonly string _life = RandomNumberGenerator.GetHexString(12, lowercase: true);

    private PageCache _current;
    private long _states;

    public SessionPages()
    {
        _current = new PageCache(new CatalogView(CatalogSnapshot.Empty, default, Total: null), "");
    }

    /// <summary>The pages of the state that was asked for last.</summary>
    public PageCache Current => Volatile.Read(ref _current);

    /// <summary>The pages of a state.</summary>
    public PageCache Of(CatalogView view)
    {
        var current = Current;
        if (current.View == view)
        {
            return current;
        }

        // Two requests that both see the change may both do this; one of the caches is then short-lived.
        var next = new PageCache(view, $"{_life}-{Interlocked.Increment(ref _states):x}");
        Interlocked.CompareExchange(ref _current, next, current);
        return next;
    }
}
