using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Turns a JSON string token into text and never fails: bytes that are no UTF-8 and halves of surrogate pairs, both of which
/// CLIs have written, become U+FFFD.
/// </summary>
internal static class JsonText
{
    /// <param name="token">The token with its quotes.</param>
    public static string Decode(ReadOnlySpan<byte> token) => DecodeContent(token[1..^1]);

    /// <summary>The first part of the text: at most <paramref name="maxBytes"/> bytes of the token are looked at.</summary>
    public static string DecodeStart(ReadOnlySpan<byte> token, int maxBytes)
    {
        var content = token[1..^1];
        return DecodeContent(content.Length > maxBytes ? content[..maxBytes] : content);
    }

    private static string DecodeContent(ReadOnlySpan<byte> content)
    {
        var escape = content.IndexOf((byte)'\\');
        if (escape < 0)
        {
            return Encoding.UTF8.GetString(content);
        }

        // Each escape takes more bytes than the UTF-16 units it stands for.
        var rented = ArrayPool<char>.Shared.Rent(content.Length);
        try
        {
            var written = 0;
            while (escape >= 0)
            {
                written += Encoding.UTF8.GetChars(content[..escape], rented.AsSpan(written));
                content = content[escape..];
                content = content[Unescape(content, out rented[written])..];
                written++;
                escape = content.IndexOf((byte)'\\');
            }

            written += Encoding.UTF8.GetChars(content, rented.AsSpan(written));
            ReplaceHalfPairs(rented.AsSpan(0, written));
            return new string(rented, 0, written);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static int Unescape(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = '\uFFFD';
        if (escape.Length < 2)
        {
            return escape.Length;
        }

        if (escape[1] == 'u')
        {
            if (escape.Length < 6)
            {
                return escape.Length;
            }

            if (ushort.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                unit = (char)code;
            }

            return 6;
        }

        unit = escape[1] switch
        {
            (byte)'n' => '\n',
            (byte)'t' => '\t',
            (byte)'r' => '\r',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            var other => other < 0x80 ? (char)other : '\uFFFD',
        };
        return 2;
    }

    private static void ReplaceHalfPairs(Span<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else
            {
                text[i] = '\uFFFD';
            }
        }
    }
}
