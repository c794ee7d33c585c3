using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// Makes messages of an output line, and a line of a message. A line should be one JSON object; seen in the wild are two objects on a line, half an object,
/// invalid UTF-8 and text that is no JSON at all.
/// </summary>
internal static class JsonLine
{
    /// <summary>
    /// The objects on the line, each as valid UTF-8 without line breaks, and what is left over when the line is not JSON all through.
    /// </summary>
    public static (List<byte[]> Objects, string? Remainder) Split(in ReadOnlySequence<byte> line)
    {
        var bytes = Clean(line);
        var objects = new List<byte[]>(1);
        var rest = bytes.AsMemory();
        while (true)
        {
            rest = rest[CountWhiteSpace(rest.Span)..];
            if (rest.IsEmpty)
            {
                return (objects, null);
            }

            if (LengthOfObject(rest.Span) is not { } length)
            {
                return (objects, Encoding.UTF8.GetString(rest.Span));
            }

            objects.Add(length == bytes.Length ? bytes : rest[..length].ToArray());
            rest = rest[length..];
        }
    }

    /// <summary>A message as one line: byte for byte, but for line breaks between its tokens, which would split it in two.</summary>
    public static byte[] Of(JsonElement message)
    {
        var raw = JsonMarshal.GetRawUtf8Value(message);
        var line = new byte[raw.Length + 1];
        raw.CopyTo(line);
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        line[^1] = (byte)'\n';
        return line;
    }

    private static byte[] Clean(in ReadOnlySequence<byte> line)
    {
        var bytes = line.ToArray();
        // Between tokens a carriage return is white space, inside a string JSON forbids it: a blank is the same message.
        bytes.AsSpan().Replace((byte)'\r', (byte)' ');
        return Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));
    }

    private static int? LengthOfObject(ReadOnlySpan<byte> text)
    {
        if (text[0] != (byte)'{')
        {
            return null;
        }

        try
        {
            // More may follow the object on the same line, hence no final block.
            var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 256 }));
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int CountWhiteSpace(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAnyExcept(" \t"u8);
        return first < 0 ? text.Length : first;
    }
}
