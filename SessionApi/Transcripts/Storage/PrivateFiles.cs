namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>Files that only their owner may read: the index repeats what people said to their agents, others hold what lets callers in.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, DirectoryMode);
        }
    }

    /// <summary>Makes an empty file if there is none. SQLite would make it readable for all; the files beside it get its mode.</summary>
    public static void Create(string path)
    {
        // One that is there is not touched: closing a file gives back the locks that SQLite holds on it elsewhere in the process.
        if (!File.Exists(path))
        {
            Open(path, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
    }

    /// <summary>Gives a file other content, whole or not at all.</summary>
    public static void Replace(string path, byte[] content)
    {
        CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var file = Open(beside, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Opens a file, or makes it.</summary>
    public static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return new FileStream(path, options);
    }
}
