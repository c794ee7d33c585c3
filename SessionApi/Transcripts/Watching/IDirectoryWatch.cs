namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>The system's own way to tell of changes in directories. Tells <see cref="TouchedTranscripts"/>.</summary>
internal interface IDirectoryWatch : IDisposable
{
    /// <summary>Whether the watch of the projects folder covers every directory in it.</summary>
    bool IsRecursive { get; }

    /// <summary>Watches a directory, not what lies below it. The reason when that cannot be done.</summary>
    WatchRefusal? Add(string directory);

    void Remove(string directory);

    /// <summary>Whether the directory is still watched: the system ends a watch when the directory goes.</summary>
    bool Watches(string directory);
}

/// <summary>Why a directory is not watched.</summary>
internal enum WatchRefusal
{
    /// <summary>As many as <see cref="SessionCatalogOptions.MaxWatches"/> are watched already.</summary>
    Limit,

    /// <summary>As many as the system allows are watched already.</summary>
    SystemLimit,

    /// <summary>The system sees only its own changes there, not those of other machines.</summary>
    NetworkFileSystem,

    /// <summary>The same directory is watched under another name.</summary>
    SecondName,

    /// <summary>It does not exist, or not any more.</summary>
    Missing,

    /// <summary>The system cannot watch it.</summary>
    Unsupported,
}
