using System.Collections.Concurrent;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>What of the transcripts cannot be read, counted as it changes, so that every list can say it.</summary>
internal sealed class CatalogFaults
{
    private readonly ConcurrentDictionary<string, FoundDirectory> _notable = new();
    private int _unreadable;
    private int _unlisted;
    private int _unreadableDirectories;
    private string? _rootFailure;

    /// <summary>The transcripts that cannot be read.</summary>
    public int Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>Why the projects folder could not be read the last time.</summary>
    public string? RootFailure => Volatile.Read(ref _rootFailure);

    /// <summary>The project directories that could not be read, or that hold things which are no transcripts.</summary>
    public IEnumerable<FoundDirectory> NotableDirectories => _notable.Select(pair => pair.Value);

    public CatalogHealth Judge(int indexed)
    {
        var directories = Volatile.Read(ref _unreadableDirectories);
        var sources = Unreadable + directories + (RootFailure is null ? 0 : 1);
        var code = RootFailure is not null ? "PROJECTS_UNREADABLE"
            : directories > 0 ? "DIRECTORY_UNREADABLE"
            : sources > 0 ? "TRANSCRIPT_UNREADABLE" : null;
        var state = sources > 0 ? CatalogState.Degraded : CatalogState.Ready;
        return new CatalogHealth(state, indexed + Volatile.Read(ref _unlisted), indexed, sources, code);
    }

    /// <summary>Remembers what discovery came across.</summary>
    public void Note(Findings findings)
    {
        if (findings.IsWhole || findings.Failure is not null)
        {
            Volatile.Write(ref _rootFailure, findings.Failure);
        }

        var listed = findings.IsWhole ? findings.Directories.Select(directory => directory.Path).ToHashSet() : null;
        foreach (var (path, _) in _notable.Where(known => listed?.Contains(known.Key) == false))
        {
            _notable.TryRemove(path, out _);
        }

        foreach (var directory in findings.Directories)
        {
            if (directory.Failure is not null || directory.Skipped.Count > 0)
            {
                // The transcripts are in the catalogue; only what is odd is kept here.
                _notable[directory.Path] = directory with { Transcripts = [] };
            }
            else
            {
                _notable.TryRemove(directory.Path, out _);
            }
        }

        Volatile.Write(ref _unreadableDirectories, _notable.Count(known => known.Value.Failure is not null));
    }

    /// <summary>Sets whether a transcript can be read; the caller holds its gate. True when that is new.</summary>
    public bool Mark(CatalogEntry entry, FoundTranscript? unreadable, string? failure)
    {
        var isNew = entry.Failure != failure;
        Interlocked.Add(ref _unreadable, Count(unreadable is not null) - Count(entry.Unreadable is not null));
        (entry.Unreadable, entry.Failure) = (unreadable, failure);

        var isUnlisted = unreadable is not null && entry.Row is null;
        Interlocked.Add(ref _unlisted, Count(isUnlisted) - Count(entry.IsUnlisted));
        entry.IsUnlisted = isUnlisted;
        return isNew;
    }

    private static int Count(bool isSo) => isSo ? 1 : 0;
}
