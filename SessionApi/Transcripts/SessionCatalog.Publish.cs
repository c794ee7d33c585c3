namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class SessionCatalog
{
    private void Publish(CatalogEntry entry, SessionRow? row)
    {
        lock (_publishing)
        {
            // A look that ended between the row's making and here has already been applied to the others.
            Replace(entry, row is not null && workspaces.Known(row.WorkspaceKey) is { } known && known != row.Workspace ? row.In(known) : row);
        }
    }

    // Whoever works with a session now wants to know about its directory now.
    private async Task LookAgainAsync(CatalogEntry entry)
    {
        if (entry.Row is { } row && await workspaces.LookAgainAsync(row.WorkspaceKey))
        {
            ApplyWorkspaces();
        }
    }

    private void ApplyWorkspaces()
    {
        lock (_publishing)
        {
            foreach (var entry in _entries.All)
            {
                if (entry.Row is { } row && workspaces.Known(row.WorkspaceKey) is { } known && known != row.Workspace)
                {
                    Replace(entry, row.In(known));
                }
            }
        }
    }

    private void Replace(CatalogEntry entry, SessionRow? row)
    {
        var before = entry.Row;
        entry.Row = row;
        // Until all are known the list is put together when it is asked for: in one go, not row by row.
        if (_isBuilt && (before is not null || row is not null))
        {
            Volatile.Write(ref _snapshot, _snapshot.With(before, row, time.GetUtcNow()));
        }
    }

    private void PublishRound()
    {
        if (_isBuilt)
        {
            return;
        }

        lock (_publishing)
        {
            // Also without any session there is a time since when the list is complete.
            Volatile.Write(ref _snapshot, CatalogSnapshot.Of(_entries.Rows, time.GetUtcNow()));
            _isBuilt = true;
        }

        if (_firstBuild.TrySetResult())
        {
            Log.Built(logger, _snapshot.Rows.Count);
        }
    }
}
