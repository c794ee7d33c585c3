using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live;

/// <summary>Reads members of messages whose shape is not ours: what is missing or of another kind is absent, never an error.</summary>
internal static class JsonRead
{
    public static JsonElement Member(this JsonElement owner, ReadOnlySpan<byte> name)
    {
        try
        {
            return owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            return default; // a member beside it is named with half a surrogate pair
        }
    }

    /// <summary>The text of a string member; null for anything else. Halves of surrogate pairs become U+FFFD.</summary>
    public static string? Text(this JsonElement owner, ReadOnlySpan<byte> name) => Text(owner.Member(name));

    public static string? Text(this JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? JsonText.Decode(JsonMarshal.GetRawUtf8Value(value)) : null;

    public static bool IsTrue(this JsonElement owner, ReadOnlySpan<byte> name) => owner.Member(name).ValueKind == JsonValueKind.True;

    public static long? Number(this JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>Whether a member is this text, which is ASCII.</summary>
    public static bool Is(this JsonElement owner, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (owner.Member(name) is not { ValueKind: JsonValueKind.String } value)
        {
            return false;
        }

        var token = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        // Escapes are rare here. What compares them elsewhere fails over half a surrogate pair.
        return token.Contains((byte)'\\') ? System.Text.Ascii.Equals(text, Text(value)) : token.SequenceEqual(text);
    }

    public static JsonElement.ArrayEnumerator Items(this JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    /// <summary>The value's own bytes.</summary>
    public static byte[] Raw(this JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    /// <summary>Writes the value as it came: escapes stay escapes, so even text that is no valid UTF-16 passes.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }

    /// <summary>Writes the value if there is one.</summary>
    public static void WriteRawIfAny(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Undefined)
        {
            json.WriteRaw(name, value);
        }
    }
}
