using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>An image that goes to the model inside the message.</summary>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Base64">The image.</param>
internal sealed record ImageBlock(string MediaType, string Base64)
{
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type"u8, MediaType);
        json.WriteString("data"u8, Base64);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>One attachment of a user message, as the client sent it.</summary>
/// <param name="IsImage">Whether the client calls it an image.</param>
/// <param name="Name">Its file name, for people.</param>
/// <param name="Path">Where it lies, when it is a file on this machine.</param>
/// <param name="Data">Its content as base64 or as a data URL, when it is not.</param>
/// <param name="MimeType">Its media type.</param>
internal sealed record Attachment(bool IsImage, string? Name, string? Path, string? Data, string? MimeType)
{
    public static List<Attachment> ReadAll(JsonElement message)
    {
        var attachments = new List<Attachment>();
        foreach (var item in message.Items("attachments"u8))
        {
            attachments.Add(new Attachment(
                item.Is("type"u8, "image"u8), item.Text("name"u8), item.Text("path"u8), item.Text("data"u8), item.Text("mimeType"u8)));
        }

        return attachments;
    }
}

/// <summary>
/// Brings attachments into a message: images inside it, files on this machine by their path, other data by a copy under
/// <c>uploads/{session}/</c>. Paths are named in the text as <c>@"path"</c>, which the CLI reads.
/// </summary>
internal sealed class AttachmentStore(TranscriptRoot root)
{
    /// <summary>The text and the images of the message.</summary>
    /// <exception cref="FormatException">An attachment's data is not base64.</exception>
    public async Task<(string Text, List<ImageBlock> Images)> PlaceAsync(
        string sessionId, string text, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken)
    {
        var images = new List<ImageBlock>();
        var references = new StringBuilder(text);
        foreach (var attachment in attachments)
        {
            if (attachment.Data is { Length: > 0 } data)
            {
                var (mediaType, base64) = Split(data, attachment.MimeType);
                if (attachment.IsImage && mediaType is not null)
                {
                    images.Add(new ImageBlock(mediaType, base64));
                    continue;
                }

                references.Append($"\n@\"{await StoreAsync(sessionId, attachment.Name, base64, cancellationToken)}\"");
            }
            else if (attachment.Path is { Length: > 0 } path)
            {
                references.Append($"\n@\"{path}\"");
            }
        }

        return (references.ToString(), images);
    }

    // data:image/png;base64,AAAA
    private static (string? MediaType, string Base64) Split(string data, string? mimeType)
    {
        if (!data.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || data.IndexOf(',') is not (> 0 and var comma))
        {
            return (mimeType, data);
        }

        var mediaType = data["data:".Length..comma].Split(';')[0];
        return (mediaType.Length > 0 ? mediaType : mimeType, data[(comma + 1)..]);
    }

    private async Task<string> StoreAsync(string sessionId, string? name, string base64, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(root.ConfigDirectory, "uploads", sessionId);
        Directory.CreateDirectory(folder);
        var safeName = string.Concat((name ?? "file").Select(unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '_' or '-' ? unit : '_'));
        var path = Path.Combine(folder, $"{Guid.NewGuid():D}-{safeName[..Math.Min(safeName.Length, 100)]}");
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(base64), cancellationToken);
        return path;
    }
}
