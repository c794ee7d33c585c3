using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Steps over an object or an array, 64 bytes at a time: which brackets lie outside strings is worked out for all of them at
/// once, after the way of simdjson, so that the many short strings of program text cost no more than one long one.
/// </summary>
internal struct JsonNesting
{
    private const ulong EvenBits = 0x5555_5555_5555_5555;

    // All ones when the block before ended within a string.
    private ulong _isInString;

    // The lowest bit tells about the first byte of the next block: escaped by a backslash, or just behind a string.
    private ulong _isEscaped;
    private ulong _isAfterString;
    private int _depth;

    /// <summary>The index behind the value whose opening bracket is at <paramref name="at"/>, or −1 when it has no end.</summary>
    public static int Skip(ReadOnlySpan<byte> json, int at)
    {
        var nesting = default(JsonNesting);
        ref var first = ref MemoryMarshal.GetReference(json);
        for (; at <= json.Length - JsonBlock.Bytes; at += JsonBlock.Bytes)
        {
            var block = JsonBlock.Of(ref Unsafe.Add(ref first, at));
            if (nesting.Ends(in block, out var end))
            {
                return end < 0 ? -1 : at + end;
            }
        }

        if (at >= json.Length)
        {
            return -1;
        }

        Span<byte> rest = stackalloc byte[JsonBlock.Bytes];
        rest.Fill((byte)' ');
        json[at..].CopyTo(rest);
        var last = JsonBlock.Of(ref MemoryMarshal.GetReference(rest));
        return nesting.Ends(in last, out var length) && length >= 0 ? at + length : -1;
    }

    /// <summary>Whether the value ends in this block, or is found to be torn there: then <paramref name="end"/> is −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Ends(in JsonBlock block, out int end)
    {
        var quotes = block.Quotes & ~Escaped(block.Backslashes);
        var isInString = Ranges(quotes) ^ _isInString;
        _isInString = (ulong)((long)isInString >> 63);

        // A string is followed by a separator or an end. Where a torn line runs into the next one it is not.
        var stringEnds = quotes & ~isInString;
        var torn = ((stringEnds << 1) | _isAfterString) & ~block.Ends;
        _isAfterString = stringEnds >> 63;

        var opens = block.Opens & ~isInString;
        var closes = block.Closes & ~isInString;
        var closed = BitOperations.PopCount(closes);
        if (closed < _depth)
        {
            _depth += BitOperations.PopCount(opens) - closed;
            end = -1;
            return torn != 0;
        }

        // By a copy: what a reference is taken of does not stay in registers.
        var depth = _depth;
        var ends = Close(opens, closes, torn, ref depth, out end);
        _depth = depth;
        return ends;
    }

    private static bool Close(ulong opens, ulong closes, ulong torn, ref int depth, out int end)
    {
        end = -1;
        for (var brackets = opens | closes; brackets != 0; brackets &= brackets - 1)
        {
            var bit = brackets & ~(brackets - 1);
            if ((opens & bit) != 0)
            {
                depth++;
            }
            else if (--depth == 0)
            {
                end = (torn & (bit - 1)) != 0 ? -1 : BitOperations.TrailingZeroCount(bit) + 1;
                return true;
            }
        }

        return torn != 0;
    }

    // Behind an odd number of backslashes a byte is escaped. Adding carries a bit through each run of them; where it comes out
    // tells the runs that began on an odd place from the others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Escaped(ulong backslashes)
    {
        if (backslashes == 0)
        {
            var first = _isEscaped;
            _isEscaped = 0;
            return first;
        }

        backslashes &= ~_isEscaped;
        var follows = (backslashes << 1) | _isEscaped;
        var oddStarts = backslashes & ~EvenBits & ~follows;
        var carried = oddStarts + backslashes;
        _isEscaped = carried < oddStarts ? 1UL : 0UL;
        return (EvenBits ^ (carried << 1)) & follows;
    }

    // From each odd quote up to the next one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Ranges(ulong quotes)
    {
        quotes ^= quotes << 1;
        quotes ^= quotes << 2;
        quotes ^= quotes << 4;
        quotes ^= quotes << 8;
        quotes ^= quotes << 16;
        quotes ^= quotes << 32;
        return quotes;
    }
}
