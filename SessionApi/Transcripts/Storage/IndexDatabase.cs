using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>The SQLite file. Not safe for concurrent use; <see cref="IndexStorage"/> sees to that.</summary>
internal sealed class IndexDatabase : IDisposable
{
    // The log is written back when it has grown to 256 pages of 4 KiB: about one megabyte on disk, and few checkpoints although
    // most batches are small. What a checkpoint has emptied is cut to the same size, so that one large batch is not kept.
    // NORMAL: a power cut may lose the last batches, never the file; the reconcile repairs what is lost.
    private const string Pragmas =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576; PRAGMA cache_size = -1024";

    private readonly SqliteConnection _connection;
    private readonly IndexStatements _statements;

    private IndexDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new IndexStatements(connection);
    }

    /// <summary>Opens the file, or makes it, with the schema of this program.</summary>
    /// <exception cref="IndexSchemaException">A later program wrote it.</exception>
    public static IndexDatabase Open(string path)
    {
        PrivateFiles.Create(path);
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            if (IndexMigrations.VersionOf(connection) is var version && version > IndexMigrations.Current)
            {
                throw new IndexSchemaException(version, IndexMigrations.Current);
            }

            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = Pragmas;
            pragmas.ExecuteNonQuery();
            IndexMigrations.Apply(connection);
            return new IndexDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gives every stored transcript to <paramref name="restore"/>. Damaged rows are stepped over.</summary>
    public int Load(string projectsDirectory, Action<TranscriptLocation, StoredTranscript> restore)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            "SELECT project, id, main_length, main_modified, main_inode, aside_length, aside_modified, aside_inode, state FROM transcripts ORDER BY project, id";
        using var rows = command.ExecuteReader();
        // Straight from SQLite's own buffers: the reader would make an array for each state.
        var row = rows.Handle!;
        var shared = new SharedTexts();
        var project = (Name: "", Directory: "");
        var loaded = 0;
        while (rows.Read())
        {
            var name = shared.Get(raw.sqlite3_column_blob(row, 0));
            project = project.Name == name ? project : (name, Path.Combine(projectsDirectory, name));
            var location = new TranscriptLocation(project.Directory, rows.GetString(1));
            if (StoredTranscript.TryRead(raw.sqlite3_column_blob(row, 8), Stamp(row, 2), Stamp(row, 5), shared, out var stored)
                && location.ProjectName == name)
            {
                restore(location, stored);
                loaded++;
            }
        }

        return loaded;
    }

    /// <summary>Writes some transcripts in one transaction.</summary>
    public void Write(IReadOnlyList<IndexChange> batch)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var change in batch)
        {
            _statements.Write(change, transaction);
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _statements.Dispose();
        _connection.Dispose();
    }

    private static FileStamp? Stamp(sqlite3_stmt row, int first)
    {
        var (length, modified) = (raw.sqlite3_column_int64(row, first), raw.sqlite3_column_int64(row, first + 1));
        return modified == 0 ? null : new FileStamp(length, modified, (ulong)raw.sqlite3_column_int64(row, first + 2));
    }
}
