using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search.Texts;

/// <summary>Reads one text of a transcript by its place. What lies there now decides, whatever was known of it.</summary>
internal static class PlacedText
{
    /// <summary>The text as a match; null when it is not there, or does not hold the pattern.</summary>
    public static FoundText? Read(SafeFileHandle file, TextPlace place, SearchPattern pattern) => Read(
        file,
        place,
        (line, text) => Snippet.Of(JsonText.Decode(text.Token.In(line)), pattern) is var (snippet, highlights)
            ? new FoundText(text.IsUser ? "user" : "assistant", text.Uuid.Text(line), place.LineNumber, snippet, highlights, text.Timestamp.Text(line))
            : null);

    /// <summary>Whether the text is there and holds the pattern.</summary>
    public static bool Holds(SafeFileHandle file, TextPlace place, SearchPattern pattern) =>
        Read(file, place, (line, text) => pattern.IsIn(JsonText.Decode(text.Token.In(line))) ? pattern : null) is not null;

    private static T? Read<T>(SafeFileHandle file, TextPlace place, Func<ReadOnlySpan<byte>, SpokenText, T?> make)
        where T : class
    {
        // One byte more: a line that ends elsewhere is another line.
        var buffer = ArrayPool<byte>.Shared.Rent(place.LineBytes + 1);
        try
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, place.LineBytes + 1), place.LineOffset);
            if (read <= place.LineBytes || buffer[place.LineBytes] is not ((byte)'\n' or (byte)'\r'))
            {
                return null;
            }

            var line = buffer.AsSpan(0, place.LineBytes);
            var isAfterNotification = false;
            var texts = new List<SpokenText>();
            SpokenText.Find(line, ref isAfterNotification, texts);
            foreach (var text in texts)
            {
                if (text.Token.Start == place.Start)
                {
                    return make(line, text);
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
