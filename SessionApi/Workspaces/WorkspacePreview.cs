using System.Text;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>Reads a file of a workspace as far as a person wants to see it.</summary>
internal static class WorkspacePreview
{
    /// <summary>The most of a file that is shown, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    // As far as git looks for a NUL before it calls a file binary.
    private const int BinaryLook = 8000;

    /// <summary>Reads it; what is no regular file is not opened.</summary>
    public static WorkspaceFile Read(ContainedPath path)
    {
        var language = FileLanguage.Of(path.Full);
        var look = FileLook.At(path.Full);
        if (look.Kind != FileKind.Regular)
        {
            return look.Kind is FileKind.Missing
                ? new WorkspaceFile(WorkspaceState.Missing, path.Relative, language, 0)
                : new WorkspaceFile(WorkspaceState.Error, path.Relative, language, 0) { Error = $"\"{path.Relative}\" is not a file" };
        }

        try
        {
            return Read(path, language);
        }
        catch (FileNotFoundException)
        {
            return new WorkspaceFile(WorkspaceState.Missing, path.Relative, language, 0);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new WorkspaceFile(WorkspaceState.Error, path.Relative, language, 0) { Error = unreadable.Message };
        }
    }

    private static WorkspaceFile Read(ContainedPath path, string language)
    {
        using var file = new FileStream(path.Full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        var size = file.Length;
        var bytes = new byte[Math.Min(size, MaxBytes)];
        var shown = bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        if (FileLanguage.ImageType(path.Full) is { } image)
        {
            return size > MaxBytes
                ? new WorkspaceFile(WorkspaceState.TooLarge, path.Relative, language, size) { MimeType = image }
                : new WorkspaceFile(WorkspaceState.Ok, path.Relative, language, size)
                {
                    PreviewType = "image",
                    MimeType = image,
                    DataUrl = $"data:{image};base64,{Convert.ToBase64String(shown)}",
                    ReadBytes = shown.Length,
                };
        }

        var encoding = Wide(shown);
        if (encoding is null && shown[..Math.Min(shown.Length, BinaryLook)].Contains((byte)0))
        {
            return new WorkspaceFile(WorkspaceState.Binary, path.Relative, language, size);
        }

        var isCut = size > shown.Length;
        shown = isCut && encoding is null ? WithoutHalfCharacter(shown) : shown;
        return new WorkspaceFile(WorkspaceState.Ok, path.Relative, language, size)
        {
            PreviewType = "text",
            Content = (encoding ?? Encoding.UTF8).GetString(WithoutMark(shown, encoding)),
            Truncated = isCut ? true : null,
            ReadBytes = shown.Length,
        };
    }

    private static UnicodeEncoding? Wide(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
        [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        _ => null,
    };

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes, UnicodeEncoding? encoding) =>
        encoding is not null ? bytes[2..] : bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;

    // A character of UTF-8 has at most four bytes; those after the first begin with the bits 10.
    private static Span<byte> WithoutHalfCharacter(Span<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(4, bytes.Length); back++)
        {
            var lead = bytes[^back];
            if ((lead & 0xC0) != 0x80)
            {
                var length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
                return length > back ? bytes[..^back] : bytes;
            }
        }

        return bytes;
    }
}
