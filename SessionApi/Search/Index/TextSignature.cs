using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// A small bitmap of which two and three bytes follow each other in a text. A text whose signature lacks one of a pattern's does not hold the
/// pattern; one that has them all may. Bytes, not characters: that serves every language, and needs no words.
/// </summary>
internal static class TextSignature
{
    // As many bits as a gram's hash may name. A signature is this bitmap, folded in half until it is well filled.
    private const int FullBits = 1 << HashBits;
    private const int HashBits = 20;
    private const int LeastBits = 64;

    // More would let too many texts through, less would take too much room: see bench/RESULTS.md.
    private const double MostFilled = 0.2;

    /// <summary>What a signature must have for the pattern to be in its text. Nothing for a pattern of one byte.</summary>
    public static uint[] GramsOf(ReadOnlySpan<byte> pattern)
    {
        var grams = new HashSet<uint>();
        for (var i = 0; i + 1 < pattern.Length; i++)
        {
            grams.Add(Pair(pattern[i], pattern[i + 1]));
            if (i + 2 < pattern.Length)
            {
                grams.Add(Triple(pattern[i], pattern[i + 1], pattern[i + 2]));
            }
        }

        return [.. grams];
    }

    /// <summary>Whether the text may hold the pattern.</summary>
    public static bool MayHold(ReadOnlySpan<byte> signature, uint[] grams)
    {
        var mask = (uint)(signature.Length * 8) - 1;
        foreach (var gram in grams)
        {
            var bit = gram & mask;
            if ((signature[(int)(bit >> 3)] & (1 << (int)(bit & 7))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The signature of a text: a power of two of bytes, at least eight.</summary>
    public static byte[] Of(ReadOnlySpan<byte> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(FullBits / 8);
        try
        {
            var map = rented.AsSpan(0, FullBits / 8);
            map.Clear();
            Fill(map, text);
            while (map.Length * 8 > LeastBits && IsSparse(map))
            {
                var half = map.Length / 2;
                for (var i = 0; i < half; i++)
                {
                    map[i] |= map[i + half];
                }

                map = map[..half];
            }

            return map.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Fill(Span<byte> map, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i + 1 < text.Length; i++)
        {
            Set(map, Pair(text[i], text[i + 1]));
            if (i + 2 < text.Length)
            {
                Set(map, Triple(text[i], text[i + 1], text[i + 2]));
            }
        }
    }

    // Whether half of it would still be sparse enough.
    private static bool IsSparse(ReadOnlySpan<byte> map)
    {
        long set = 0;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(map))
        {
            set += BitOperations.PopCount(word);
        }

        return set <= MostFilled * map.Length * 8 / 2;
    }

    private static void Set(Span<byte> map, uint bit) => map[(int)(bit >> 3)] |= (byte)(1 << (int)(bit & 7));

    private static uint Pair(byte first, byte second) => Hash(first | ((uint)second << 8) | (1u << 24));

    private static uint Triple(byte first, byte second, byte third) => Hash(first | ((uint)second << 8) | ((uint)third << 16));

    private static uint Hash(uint gram) => (gram * 0x9E3779B1) >> (32 - HashBits);
}
