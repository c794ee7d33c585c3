using System.Text.Json;
using System.Text.Json.Serialization;
using Sidecar.SessionApi.Transcripts.Rewriting;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.History.Files;

/// <summary>
/// Brings files back to an earlier content so that it can be undone, also by a later life of this process: what they hold is kept in a folder
/// first. The folder goes when the whole rewinding is done; one that is found at a start belongs to a rewinding that was cut off.
/// </summary>
internal sealed class RestoreJournal : IDisposable
{
    private const string ManifestName = "manifest.json";
    private const string NewManifestName = "manifest.json.tmp";
    private const string LockName = "lock";

    // Beside the file, on its file system, so that it can be renamed over it.
    private const string NewExtension = ".sidecar-restore.tmp";

    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly RestoreManifest _manifest;

    private RestoreJournal(string folder, FileStream heldLock, RestoreManifest manifest) => (_folder, _lock, _manifest) = (folder, heldLock, manifest);

    /// <summary>Whose rewinding it is, and to which message.</summary>
    public RestoreManifest Manifest => _manifest;

    /// <summary>Where what the files held is kept.</summary>
    public string Folder => _folder;

    /// <summary>Keeps what the files hold now. Not one of them is changed.</summary>
    /// <param name="parent">The folder of all journals.</param>
    /// <param name="sessionId">Whose files they are.</param>
    /// <param name="targetMessageId">The message that is gone back to.</param>
    /// <param name="changes">The files, with what they are to hold as their earlier content.</param>
    /// <exception cref="IOException">It could not be kept; also <see cref="UnauthorizedAccessException"/>.</exception>
    public static RestoreJournal Create(string parent, string sessionId, string targetMessageId, IReadOnlyList<FileChange> changes)
    {
        var folder = Path.Combine(parent, Guid.NewGuid().ToString());
        PrivateFiles.CreateDirectory(folder);
        var heldLock = PrivateFiles.Open(Path.Combine(folder, LockName), FileShare.None);
        try
        {
            var files = new List<RestoredFile>();
            foreach (var change in changes)
            {
                var kept = change.After.Path is null ? null : $"{files.Count}";
                if (kept is not null)
                {
                    CopyDurably(change.After.Path!, Path.Combine(folder, kept));
                }

                files.Add(new RestoredFile(change.Target, kept, change.Before.Path));
            }

            var manifest = new RestoreManifest(sessionId, targetMessageId, files);
            using (var file = PrivateFiles.Open(Path.Combine(folder, NewManifestName), FileShare.None))
            {
                JsonSerializer.Serialize(file, manifest, RestoreJson.Default.RestoreManifest);
                file.Flush(flushToDisk: true);
            }

            File.Move(Path.Combine(folder, NewManifestName), Path.Combine(folder, ManifestName));
            return new RestoreJournal(folder, heldLock, manifest);
        }
        catch
        {
            heldLock.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Takes over a journal that was left; null when another process holds it, or when it was left before any file was changed.</summary>
    public static RestoreJournal? Open(string folder)
    {
        FileStream heldLock;
        try
        {
            heldLock = PrivateFiles.Open(Path.Combine(folder, LockName), FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }

        var path = Path.Combine(folder, ManifestName);
        RestoreManifest? manifest = null;
        try
        {
            manifest = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), RestoreJson.Default.RestoreManifest) : null;
        }
        finally
        {
            if (manifest is null)
            {
                heldLock.Dispose();
            }
        }

        if (manifest is not null)
        {
            return new RestoreJournal(folder, heldLock, manifest);
        }

        Directory.Delete(folder, recursive: true);
        return null;
    }

    /// <summary>Gives every file its earlier content.</summary>
    /// <exception cref="IOException">One could not be written; also <see cref="UnauthorizedAccessException"/>. Those before it have been.</exception>
    public void Apply(RewriteSteps steps)
    {
        steps.Reached(RewriteStep.FilesKept);
        foreach (var file in _manifest.Files)
        {
            Write(file.Path, file.Restored);
            steps.Reached(RewriteStep.FileRestored);
        }
    }

    /// <summary>
    /// Gives the files back what they held. One that somebody has changed in the meantime is left as it is, as is one that cannot be written; then
    /// the folder stays with what they held before.
    /// </summary>
    /// <returns>The files that were left; empty when all is as it was, and the folder gone.</returns>
    public async Task<IReadOnlyList<string>> RollBackAsync()
    {
        var left = new List<string>();
        foreach (var file in Enumerable.Reverse(_manifest.Files))
        {
            try
            {
                if (!await TryRollBackAsync(file))
                {
                    left.Add(file.Path);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                left.Add(file.Path); // the others are not to suffer for it
            }
        }

        if (left.Count == 0)
        {
            Complete();
        }

        return left;
    }

    /// <summary>All is done: what was kept is not needed any more.</summary>
    public void Complete()
    {
        // The manifest first: without it nothing is rolled back, however far the deletion comes.
        File.Delete(Path.Combine(_folder, ManifestName));
        _lock.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _lock.Dispose();

    private async Task<bool> TryRollBackAsync(RestoredFile file)
    {
        if (File.Exists(file.Path + NewExtension))
        {
            File.Delete(file.Path + NewExtension);
        }

        var kept = new FileVersion(file.Kept is null ? null : Path.Combine(_folder, file.Kept));
        var now = FileVersion.At(file.Path);
        if (await now.EqualsAsync(kept, CancellationToken.None))
        {
            return true;
        }

        if (!await now.EqualsAsync(new FileVersion(file.Restored), CancellationToken.None))
        {
            return false;
        }

        Write(file.Path, kept.Path);
        return true;
    }

    private static void Write(string path, string? content)
    {
        if (content is null)
        {
            File.Delete(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = path + NewExtension;
        try
        {
            CopyDurably(content, beside);
            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(path));
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            if (File.Exists(beside))
            {
                File.Delete(beside);
            }

            throw;
        }
    }

    private static void CopyDurably(string from, string to)
    {
        File.Copy(from, to, overwrite: true); // its mode, too
        using var file = File.OpenHandle(to, FileMode.Open, FileAccess.Read);
        RandomAccess.FlushToDisk(file);
    }
}

/// <param name="SessionId">Whose files they are.</param>
/// <param name="TargetMessageId">The message that is gone back to: as long as the transcript has it, the rewinding is not done.</param>
/// <param name="Files">The files, in the order in which they are written.</param>
internal sealed record RestoreManifest(string SessionId, string TargetMessageId, IReadOnlyList<RestoredFile> Files);

/// <param name="Path">The file.</param>
/// <param name="Kept">The name in the folder under which its content is kept; null when it did not exist.</param>
/// <param name="Restored">Where the content lies that it gets; null when it is removed.</param>
internal sealed record RestoredFile(string Path, string? Kept, string? Restored);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RestoreManifest))]
internal sealed partial class RestoreJson : JsonSerializerContext;
