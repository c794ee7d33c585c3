using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>
/// Brings a database to the schema of this program: each file of <c>Migrations</c> once, in a transaction with the number that
/// says so. There is no way back: what a later program wrote is not touched.
/// </summary>
internal static class IndexMigrations
{
    private const string Folder = "Migrations/";

    private static readonly string[] Files =
    [
        .. typeof(IndexMigrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The schema that this program reads and writes.</summary>
    public static int Current => Files.Length;

    /// <summary>The schema that a database has; 0 for an empty one.</summary>
    public static int VersionOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static void Apply(SqliteConnection connection)
    {
        for (var version = VersionOf(connection); version < Current; version++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = $"{Read(Files[version])}; PRAGMA user_version = {version + 1}";
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private static string Read(string name)
    {
        using var file = typeof(IndexMigrations).Assembly.GetManifestResourceStream(name)!;
        using var text = new StreamReader(file);
        return text.ReadToEnd();
    }
}
