using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.History.Files;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.History;

/// <summary>What each turn of a session did to files.</summary>
internal sealed class TurnCheckpoints(TranscriptStore store, TranscriptRoot root)
{
    // The CLI keeps as many; what is older can still be gone back to, but is not listed.
    private const int MaxTurns = 100;

    /// <summary>The turns that changed files, oldest first.</summary>
    /// <exception cref="ApiErrorException">There is no such session.</exception>
    public async Task<CheckpointList> ListAsync(string sessionId, CancellationToken cancellationToken)
    {
        var (history, files) = await ReadAsync(sessionId, cancellationToken);
        var listed = new List<RewindView>();
        foreach (var (turn, changes) in new FileTimeline(history, files).TurnsBackwards(MaxTurns))
        {
            var (code, _) = await CodePreview.OfAsync(changes, cancellationToken);
            if (code.Available)
            {
                listed.Add(new RewindView(
                    TargetView.Of(history, turn),
                    new ConversationView(history.RemovalOf(turn).Shown.Count),
                    code,
                    RestoreAvailable: changes.Missing is null,
                    ChangeSources.Of([turn], changes),
                    WorkDir: files.WorkDir));
            }
        }

        listed.Reverse();
        return new CheckpointList(listed);
    }

    /// <summary>What a turn did to one file.</summary>
    /// <exception cref="ApiErrorException">There is no such session or message.</exception>
    public async Task<CheckpointDiff> DiffAsync(string sessionId, HistoryTarget target, string path, CancellationToken cancellationToken)
    {
        var (history, files) = await ReadAsync(sessionId, cancellationToken);
        var turn = target.FindIn(history);
        var view = TargetView.Of(history, turn);
        var wanted = files.Absolute(path);
        var (_, changes) = new FileTimeline(history, files).TurnsBackwards(int.MaxValue).FirstOrDefault(known => known.Turn == turn);
        var change = changes?.All.Cast<FileChange?>().FirstOrDefault(known => known!.Value.Path == wanted);
        if (change is not { } found || await found.Before.EqualsAsync(found.After, cancellationToken))
        {
            return new CheckpointDiff("missing", path, null, null, view, files.WorkDir);
        }

        try
        {
            var name = Path.GetRelativePath(files.Absolute("."), wanted).Replace('\\', '/');
            var diff = await FileDiff.ReadAsync(found.Before, found.After, cancellationToken);
            return new CheckpointDiff("ok", path, diff?.ToText(name, found.Before, found.After) ?? FileDiff.OfBinary(name), null, view, files.WorkDir);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new CheckpointDiff("error", path, null, failure.Message, view, files.WorkDir);
        }
    }

    private async Task<(SessionHistory History, SessionFiles Files)> ReadAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (store.Locate(sessionId) is not { } location || await store.FindAsync(sessionId, cancellationToken) is not { } facts)
        {
            throw new ApiErrorException(ApiError.SessionNotFound(sessionId));
        }

        var history = await HistoryReader.ReadAsync(location, cancellationToken);
        return (history, SessionFiles.Of(root, facts, history));
    }
}
