using System.Buffers;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Walks the members of one JSON object and steps over their values without looking into them: nested values are skipped by
/// quotes and brackets alone. It notices what is torn or glued together, but it is not a validator.
/// </summary>
internal ref struct JsonObjectWalker
{
    private static readonly SearchValues<byte> LiteralEnd = SearchValues.Create(",}] \t\r\n"u8);
    private static readonly SearchValues<byte> LiteralStart = SearchValues.Create("-0123456789tfn"u8);

    private readonly ReadOnlySpan<byte> _json;
    private bool _first = true;

    /// <param name="json">Text that holds the object.</param>
    /// <param name="start">The index of its opening brace.</param>
    public JsonObjectWalker(ReadOnlySpan<byte> json, int start)
    {
        _json = json;
        Position = start + 1;
        IsBroken = start >= json.Length || json[start] != '{';
    }

    /// <summary>Behind the closing brace, once <see cref="Next"/> has returned false and the object is not broken.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the text is no complete object.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Steps to the next member.</summary>
    /// <param name="name">Its name as it is written, without quotes.</param>
    /// <param name="value">Where its value lies.</param>
    public bool Next(out ReadOnlySpan<byte> name, out JsonSlice value)
    {
        name = default;
        value = default;
        if (IsBroken)
        {
            return false;
        }

        var at = SkipSpace(Position);
        if (at < _json.Length && _json[at] == '}')
        {
            Position = at + 1;
            return false;
        }

        if (!_first)
        {
            if (at >= _json.Length || _json[at] != ',')
            {
                return Break();
            }

            at = SkipSpace(at + 1);
        }

        _first = false;
        var nameEnd = at < _json.Length && _json[at] == '"' ? SkipString(_json, at) : -1;
        if (nameEnd < 0)
        {
            return Break();
        }

        name = _json[(at + 1)..(nameEnd - 1)];
        at = SkipSpace(nameEnd);
        if (at >= _json.Length || _json[at] != ':')
        {
            return Break();
        }

        at = SkipSpace(at + 1);
        var end = SkipValue(_json, at);
        if (end < 0)
        {
            return Break();
        }

        value = new JsonSlice(at, end - at);
        Position = end;
        return true;
    }

    /// <summary>The index behind the value that starts at <paramref name="at"/>, or −1 when it has no end.</summary>
    public static int SkipValue(ReadOnlySpan<byte> json, int at)
    {
        if (at >= json.Length)
        {
            return -1;
        }

        switch (json[at])
        {
            case (byte)'"':
                return SkipString(json, at);
            case (byte)'{' or (byte)'[':
                return JsonNesting.Skip(json, at);
            default:
                var length = json[at..].IndexOfAny(LiteralEnd);
                return length > 0 && LiteralStart.Contains(json[at]) ? at + length : -1;
        }
    }

    private static int SkipString(ReadOnlySpan<byte> json, int at)
    {
        var start = ++at;
        while (true)
        {
            // Most escapes are no quotes, so look for quotes only and then count the backslashes before the one found.
            var quote = json[at..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return -1;
            }

            at += quote;
            var slash = at;
            while (slash > start && json[slash - 1] == '\\')
            {
                slash--;
            }

            at++;
            if (((at - 1 - slash) & 1) == 0)
            {
                return at;
            }
        }
    }

    private readonly int SkipSpace(int at)
    {
        while (at < _json.Length && _json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
