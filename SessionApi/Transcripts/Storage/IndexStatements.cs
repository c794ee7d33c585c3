using Microsoft.Data.Sqlite;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>The two statements that write rows, prepared once.</summary>
internal sealed class IndexStatements : IDisposable
{
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _remove;

    public IndexStatements(SqliteConnection connection)
    {
        _put = Prepare(
            connection,
            """
            INSERT OR REPLACE INTO transcripts
                (project, id, main_length, main_modified, main_inode, aside_length, aside_modified, aside_inode, state)
            VALUES ($project, $id, $main_length, $main_modified, $main_inode, $aside_length, $aside_modified, $aside_inode, $state)
            """,
            ["$project", "$id", "$main_length", "$main_modified", "$main_inode", "$aside_length", "$aside_modified", "$aside_inode", "$state"]);
        _remove = Prepare(connection, "DELETE FROM transcripts WHERE project = $project AND id = $id", ["$project", "$id"]);
    }

    public void Write(IndexChange change, SqliteTransaction transaction)
    {
        if (change.State is { } state)
        {
            Run(
                _put, transaction, change.Location.ProjectName, change.Location.SessionId,
                change.Main?.Length ?? 0, change.Main?.ModifiedTicks ?? 0, (long)(change.Main?.Inode ?? 0),
                change.Aside?.Length ?? 0, change.Aside?.ModifiedTicks ?? 0, (long)(change.Aside?.Inode ?? 0), state);
        }
        else
        {
            Run(_remove, transaction, change.Location.ProjectName, change.Location.SessionId);
        }
    }

    public void Dispose()
    {
        _put.Dispose();
        _remove.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter(parameter, null));
        }

        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
