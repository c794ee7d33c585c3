namespace Sidecar.SessionApi.History.Files;

/// <summary>What a file held at two moments.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Target">Where it would be written, with links followed.</param>
/// <param name="Before">Its earlier content.</param>
/// <param name="After">Its later content.</param>
internal readonly record struct FileChange(string Path, string Target, FileVersion Before, FileVersion After);

/// <summary>The files that changed between two moments.</summary>
internal sealed class FileChanges
{
    /// <summary>Those that can be followed.</summary>
    public List<FileChange> All { get; } = [];

    /// <summary>Why some can not; null when all can.</summary>
    public string? Missing { get; set; }

    /// <summary>Files outside the session's directory, which are never touched.</summary>
    public List<string> Outside { get; } = [];
}

/// <summary>
/// Follows the files of a session through its turns. What a file held before a turn is what the turn's checkpoint says, or, for a file that was
/// changed later for the first time, what the first later checkpoint says.
/// </summary>
internal sealed class FileTimeline(SessionHistory history, SessionFiles files)
{
    /// <summary>What each of the newest turns changed, newest first: from its checkpoint to the next one, and for the last to what is there now.</summary>
    /// <param name="maxTurns">How many turns with checkpoints.</param>
    public IEnumerable<(HistoryTurn Turn, FileChanges Changes)> TurnsBackwards(int maxTurns)
    {
        var later = new Dictionary<string, FileState>(StringComparer.Ordinal);
        foreach (var (turn, checkpoint) in Checkpoints().Take(maxTurns))
        {
            var changes = new FileChanges { Missing = Partial(checkpoint) };
            foreach (var (path, state) in checkpoint.Files)
            {
                Add(changes, path, state, later.TryGetValue(path, out var next) ? next : null);
                later[path] = state;
            }

            yield return (turn, changes);
        }
    }

    /// <summary>What has changed since before a turn; null when no state was kept then.</summary>
    public FileChanges? Since(HistoryTurn target)
    {
        if (target.Key is not { } key || history.Checkpoints.Find(key) is null)
        {
            return null;
        }

        var changes = new FileChanges();
        var states = new Dictionary<string, FileState>(StringComparer.Ordinal);
        foreach (var (_, checkpoint) in Checkpoints().TakeWhile(known => known.Turn.Index >= target.Index))
        {
            changes.Missing ??= Partial(checkpoint);
            foreach (var (path, state) in checkpoint.Files)
            {
                states[path] = state;
            }
        }

        foreach (var (path, state) in states)
        {
            Add(changes, path, state, later: null);
        }

        return changes;
    }

    private IEnumerable<(HistoryTurn Turn, FileCheckpoint Checkpoint)> Checkpoints()
    {
        for (var i = history.Turns.Count - 1; i >= 0; i--)
        {
            if (history.Turns[i] is { Key: { } key } turn && history.Checkpoints.Find(key) is { } checkpoint)
            {
                yield return (turn, checkpoint);
            }
        }
    }

    private static string? Partial(FileCheckpoint checkpoint) =>
        checkpoint.IsWhole ? null : "The checkpoint has more files than can be followed.";

    private void Add(FileChanges changes, string path, FileState state, FileState? later)
    {
        if (state == later)
        {
            return;
        }

        if (files.Target(path) is not { } target)
        {
            changes.Outside.Add(path);
        }
        else if (!files.TryFind(state, out var before) || !TryFindLater(later, target, out var after))
        {
            changes.Missing ??= $"The kept content of {path} cannot be found.";
        }
        else
        {
            changes.All.Add(new FileChange(files.Absolute(path), target, before, after));
        }
    }

    private bool TryFindLater(FileState? later, string target, out FileVersion version)
    {
        if (later is { } state)
        {
            return files.TryFind(state, out version);
        }

        try
        {
            version = FileVersion.At(target);
            return true;
        }
        catch (IOException)
        {
            version = default;
            return false;
        }
    }
}
