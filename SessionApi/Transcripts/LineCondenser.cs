using System.Buffers;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Makes a short line of a huge one while it passes by in parts, so that 200 MB of tool output cost no memory. What it gives
/// is folded as any other line and gives the same result, up to these limits: of a string the first 64 KiB are kept; of the
/// members of the line each may take about half of what is left of 2 MiB. A number of over 1 KiB, values nested over 1,024 deep
/// and more objects on the line than there is room for count as corrupt.
/// </summary>
internal sealed class LineCondenser
{
    private const int KeptBytes = 2 * 1024 * 1024;
    private const int MaxKeptBytes = KeptBytes + (1024 * 1024);
    private const int MaxLiteralBytes = 1024;
    private const int MaxDepth = 1024;

    private static readonly SearchValues<byte> StringEvents = SearchValues.Create([(byte)'"', (byte)'\\', .. Controls]);
    private static readonly SearchValues<byte> Structure = SearchValues.Create([.. "\"{}[]"u8, .. Controls]);

    private static readonly SearchValues<byte> Punctuation = SearchValues.Create("\"{}[],:"u8);

    private readonly ArrayBufferWriter<byte> _kept = new(initialCapacity: 256 * 1024);
    private int _depth;
    private bool _isInString;
    private bool _isEscaped;
    private bool _isAfterString;
    private bool _isBroken;
    private int _stringKept;
    private int _literalKept;
    private int _memberStart;

    // The depth whose further members or elements are left out; 0 for none. Its closing bracket is kept again.
    private int _leftOut;

    private static byte[] Controls => [.. Enumerable.Range(0, 0x20).Select(value => (byte)value)];

    private bool IsKeeping => _leftOut == 0;

    /// <summary>Takes the next part of the line.</summary>
    public void Take(ReadOnlySpan<byte> part)
    {
        while (part.Length > 0 && !_isBroken)
        {
            part = part[(_isInString ? TakeString(part) : IsKeeping ? TakeByte(part[0]) : Leave(part))..];
        }
    }

    /// <summary>The condensed line; valid until the next line begins.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        // Between objects the line would look whole. Within one, its missing end tells.
        if (_isBroken && _depth == 0)
        {
            Keep("!"u8);
        }

        return _kept.WrittenMemory;
    }

    /// <summary>Forgets the line.</summary>
    public void Reset()
    {
        _kept.ResetWrittenCount();
        (_depth, _leftOut, _stringKept, _literalKept, _memberStart) = (0, 0, 0, 0, 0);
        (_isInString, _isEscaped, _isAfterString, _isBroken) = (false, false, false, false);
    }

    private int TakeString(ReadOnlySpan<byte> part)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            _isBroken = part[0] < 0x20;
            KeepOfString([(byte)'\\', part[0]], isWhole: true);
            return 1;
        }

        var length = part.IndexOfAny(StringEvents);
        if (length != 0)
        {
            length = length < 0 ? part.Length : length;
            KeepOfString(part[..length], isWhole: false);
            return length;
        }

        if (part[0] == '"')
        {
            _isInString = false;
            _isAfterString = true;
            if (IsKeeping)
            {
                Keep(part[..1]);
            }
        }
        else if (part[0] == '\\')
        {
            _isEscaped = true;
        }
        else
        {
            _isBroken = true;
        }

        return 1;
    }

    // Outside strings, while the value is kept.
    private int TakeByte(byte value)
    {
        if (!MayStand(value))
        {
            _isBroken = true;
            return 1;
        }

        if (value is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            // Of white space only what parts a literal from the next one is kept.
            if (_literalKept > 0)
            {
                _literalKept = 0;
                Keep(" "u8);
            }

            return 1;
        }

        _literalKept = Punctuation.Contains(value) ? 0 : _literalKept + 1;
        if (value == ',' && _kept.WrittenCount >= Allowance(_depth))
        {
            _leftOut = _depth;
            return 1;
        }

        Enter(value);
        Keep([value]);
        if (_depth == 1 && value is ((byte)',' or (byte)'{'))
        {
            _memberStart = _kept.WrittenCount;
        }

        return 1;
    }

    // Outside strings, while the value is left out: only where it ends matters.
    private int Leave(ReadOnlySpan<byte> part)
    {
        if (_isAfterString && !MayStand(part[0]))
        {
            _isBroken = true;
            return 1;
        }

        _isAfterString = false;
        var at = part.IndexOfAny(Structure);
        if (at < 0)
        {
            return part.Length;
        }

        var value = part[at];
        _isBroken = value < 0x20 && !MayStand(value);
        Enter(value);
        if (_depth < _leftOut)
        {
            _leftOut = 0;
            Keep([value]);
        }

        return at + 1;
    }

    private void Enter(byte value)
    {
        switch (value)
        {
            case (byte)'"':
                (_isInString, _stringKept) = (true, 0);
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                _depth--;
                break;
        }
    }

    // Not the whole grammar: what tells a torn line, and what would take room without end.
    private bool MayStand(byte value)
    {
        var isSpace = value is (byte)' ' or (byte)'\t' or (byte)'\r';
        var isAllowed = _isAfterString ? isSpace || value is (byte)':' or (byte)',' or (byte)'}' or (byte)']'
            : _depth == 0 ? isSpace || (value == '{' && _kept.WrittenCount < Allowance(0))
            : value >= 0x20 || isSpace;
        _isAfterString = false;
        return isAllowed && _literalKept <= MaxLiteralBytes && _depth <= MaxDepth;
    }

    // Where a comma ends what is kept at this depth. What lies less deep may go on longer, and a large member leaves room for the
    // later ones: the type of a line often comes last.
    private int Allowance(int depth)
    {
        var left = KeptBytes - _memberStart;
        return depth switch
        {
            <= 1 => KeptBytes,
            2 => _memberStart + (left / 4 * 3),
            _ => _memberStart + (left / 2),
        };
    }

    // An escape is kept whole or not at all.
    private void KeepOfString(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var room = Math.Min(TitleText.MaxPromptBytes - _stringKept, MaxKeptBytes - _kept.WrittenCount);
        if (IsKeeping && room > 0)
        {
            bytes = isWhole ? bytes : bytes[..Math.Min(room, bytes.Length)];
            Keep(bytes);
            _stringKept += bytes.Length;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes) => _kept.Write(bytes);
}
