using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Settings;

/// <summary>
/// A JSON object in a file that the agent CLI, editors and other servers read and write as well. A change reads the file anew, changes what it is
/// about, leaves the rest as it was, and replaces the file as a whole: a reader sees the old one or the new one.
/// </summary>
/// <param name="path">The file, at most 1 MiB. A symbolic link stays one; what it leads to is replaced.</param>
/// <param name="lockPath">A file that servers lock while they change the first one.</param>
/// <param name="time">The clock of the waits.</param>
internal sealed class SettingsFile(string path, string lockPath, TimeProvider time)
{
    public const int MaxBytes = 1024 * 1024;

    // Who changes the file without our lock, such as the CLI, does so rarely: more often than this it is no coincidence.
    private const int MaxAttempts = 5;

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(20);

    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    // As the CLI writes it, so that a person who compares versions sees what changed and nothing else.
    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SemaphoreSlim _gate = new(1, 1);

    private string Name => Path.GetFileName(path);

    /// <summary>What the file says; null when there is none.</summary>
    /// <exception cref="ApiErrorException">409 <c>SETTINGS_UNREADABLE</c>: it is no JSON object, too large, or cannot be read.</exception>
    public async Task<JsonObject?> ReadAsync(CancellationToken cancellationToken) => (await LoadAsync(path, cancellationToken)).Content;

    /// <summary>Changes what the file says, or makes it.</summary>
    /// <param name="change">Called with what the file says now; again when another program was faster.</param>
    /// <param name="cancellationToken">Ends it before the file is replaced.</param>
    /// <returns>What the file says after the change.</returns>
    /// <exception cref="ApiErrorException">
    /// 409 <c>SETTINGS_UNREADABLE</c>: it is no JSON object, and stays as it is. 409 <c>SETTINGS_TOO_LARGE</c>. 503 <c>SETTINGS_BUSY</c>: others keep
    /// it locked or changing. 503 <c>SETTINGS_NOT_WRITABLE</c>: the system does not let us.
    /// </exception>
    public async Task<JsonObject> ChangeAsync(Action<JsonObject> change, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LockPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _gate.WaitAsync(either.Token);
            try
            {
                using var held = await LockAsync(either.Token);
                return await ChangeLockedAsync(change, either.Token);
            }
            finally
            {
                _gate.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Busy($"is locked by {IndexLock.OwnerOf(lockPath)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ApiErrorException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "SETTINGS_NOT_WRITABLE", $"{path} cannot be changed: {exception.Message}"));
        }
    }

    private async Task<IndexLock> LockAsync(CancellationToken cancellationToken)
    {
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(lockPath)!);
        while (true)
        {
            if (IndexLock.TryTake(lockPath) is { } held)
            {
                return held;
            }

            await Task.Delay(LockPoll, time, cancellationToken);
        }
    }

    private async Task<JsonObject> ChangeLockedAsync(Action<JsonObject> change, CancellationToken cancellationToken)
    {
        var target = RealPath.Resolve(path);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (content, stamp) = await LoadAsync(target, cancellationToken);
            content ??= [];
            change(content);
            if (await ReplaceAsync(target, Serialize(content), stamp, cancellationToken))
            {
                return content;
            }
        }

        throw Busy("is being changed by another program");
    }

    /// <summary>False, and nothing is changed, when the file is not what it was when it was read.</summary>
    private static async Task<bool> ReplaceAsync(string target, byte[] bytes, Stamp? read, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Guid.NewGuid():n}.tmp";
        try
        {
            await using (var file = PrivateFiles.Open(temporary, FileShare.None))
            {
                if (!OperatingSystem.IsWindows() && read is { Mode: { } mode })
                {
                    File.SetUnixFileMode(file.SafeFileHandle, mode);
                }

                await file.WriteAsync(bytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            if (Stamp.Of(target) != read)
            {
                return false;
            }

            File.Move(temporary, target, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(temporary); // nothing to do when it has become the file
        }
    }

    private async Task<(JsonObject? Content, Stamp? Stamp)> LoadAsync(string source, CancellationToken cancellationToken)
    {
        var stamp = Stamp.Of(source);
        if (stamp is null)
        {
            return (null, null);
        }

        try
        {
            if (stamp.Length > MaxBytes)
            {
                throw Unreadable($"it has {stamp.Length} bytes and may have {MaxBytes}");
            }

            var bytes = await File.ReadAllBytesAsync(source, cancellationToken);
            ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
            return JsonNode.Parse(text.Span, nodeOptions: null, Reading) is JsonObject content ? (content, stamp) : throw Unreadable("it is no JSON object");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(exception.Message.TrimEnd('.'));
        }
    }

    private byte[] Serialize(JsonObject content)
    {
        using var bytes = new MemoryStream();
        try
        {
            using var json = new Utf8JsonWriter(bytes, Writing);
            content.WriteTo(json);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // JSON can spell half of a character; UTF-8 cannot.
            throw new ApiErrorException(ApiError.BadRequest($"A text for {Name} is no valid Unicode: {exception.Message}"));
        }

        bytes.WriteByte((byte)'\n');
        return bytes.Length <= MaxBytes
            ? bytes.ToArray()
            : throw new ApiErrorException(new ApiError(
                StatusCodes.Status409Conflict, "SETTINGS_TOO_LARGE", $"{Name} would have {bytes.Length} bytes and may have {MaxBytes}"));
    }

    private ApiErrorException Unreadable(string why) => new(new ApiError(
        StatusCodes.Status409Conflict, "SETTINGS_UNREADABLE", $"{path} cannot be used: {why}. Mend it or move it away; it is left as it is"));

    private ApiErrorException Busy(string why) => new(new ApiError(
        StatusCodes.Status503ServiceUnavailable, "SETTINGS_BUSY", $"{path} {why}; try again"));

    private sealed record Stamp(long Length, DateTime WrittenAt, UnixFileMode? Mode)
    {
        public static Stamp? Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new Stamp(file.Length, file.LastWriteTimeUtc, OperatingSystem.IsWindows() ? null : file.UnixFileMode) : null;
        }
    }
}
