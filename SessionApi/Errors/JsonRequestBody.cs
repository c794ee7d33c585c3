using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Errors;

/// <summary>The JSON body of a request: an object, at most 1 MiB. Anything else ends the request with a 400 or 413.</summary>
internal sealed class JsonRequestBody : IDisposable
{
    public const int MaxBytes = 1024 * 1024;

    private readonly JsonDocument _document;

    private JsonRequestBody(JsonDocument document)
    {
        _document = document;
    }

    /// <summary>The object.</summary>
    public JsonElement Root => _document.RootElement;

    public static async Task<JsonRequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            throw new ApiErrorException(ApiError.TooLarge(MaxBytes));
        }

        using var bytes = new MemoryStream();
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                bytes.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (bytes.Length > MaxBytes)
            {
                throw new ApiErrorException(ApiError.TooLarge(MaxBytes));
            }

            if (read.IsCompleted)
            {
                return Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
            }
        }
    }

    /// <summary>The text of a string. Halves of surrogate pairs in it, which JSON can carry, become U+FFFD.</summary>
    public static string Text(JsonElement element) => JsonText.Decode(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>The text of a member. Absent and null are no text; any other kind than a string is an error: false.</summary>
    public static bool TryText(JsonElement parent, ReadOnlySpan<byte> name, out string? text)
    {
        text = null;
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? Text(value) : null;
        return text is not null;
    }

    public void Dispose() => _document.Dispose();

    private static JsonRequestBody Parse(ReadOnlyMemory<byte> bytes)
    {
        // The parser takes other bytes in texts, and whoever reads or stores such a text would fail (RFC 8259, section 8.1).
        if (!Utf8.IsValid(bytes.Span))
        {
            throw new ApiErrorException(ApiError.BadRequest("Invalid JSON body: it is not UTF-8"));
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            throw new ApiErrorException(ApiError.BadRequest("Invalid JSON body"));
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object && !HasBrokenName(bytes.Span))
        {
            return new JsonRequestBody(document);
        }

        using (document)
        {
            throw new ApiErrorException(ApiError.BadRequest(document.RootElement.ValueKind == JsonValueKind.Object
                ? "Invalid JSON body: the name of a member has half a surrogate pair"
                : $"The body must be a JSON object, not {document.RootElement.ValueKind}"));
        }
    }

    // Such a name is no text: whoever compares it with another, or reads it, would fail.
    private static bool HasBrokenName(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                _ = reader is { TokenType: JsonTokenType.PropertyName, ValueIsEscaped: true } ? reader.GetString() : null;
            }

            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
