namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>Where the index lies: <c>sidecar/</c> in the agent CLI's config directory.</summary>
internal sealed class IndexFiles(TranscriptRoot root)
{
    public string Directory { get; } = Path.Combine(root.ConfigDirectory, "sidecar");

    public string Database => Path.Combine(Directory, "index.db");

    public string Log => Database + "-wal";

    public string Lock => Path.Combine(Directory, "index.lock");

    /// <summary>The last database that was found damaged.</summary>
    public string Damaged => Database + ".damaged";

    private string SharedMemory => Database + "-shm";

    /// <summary>Puts a damaged database out of the way, for a person to look at; the one before it goes.</summary>
    public void SetAside()
    {
        File.Move(Database, Damaged, overwrite: true);
        // They belong to the damaged one: a new database must not find them.
        File.Delete(Log);
        File.Delete(SharedMemory);
    }

    public (long Database, long Log) Sizes() => (LengthOf(Database), LengthOf(Log));

    private static long LengthOf(string path) => FileStamp.Of(path)?.Length ?? 0;
}
