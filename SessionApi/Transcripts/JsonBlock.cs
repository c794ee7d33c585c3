using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>Which of 64 bytes of JSON are what: one bit for each byte, the first one lowest.</summary>
internal struct JsonBlock
{
    public const int Bytes = 64;

    public ulong Quotes;
    public ulong Backslashes;
    public ulong Opens;
    public ulong Closes;

    /// <summary>What may follow a string: separators, closing brackets, white space. Other control characters are seen elsewhere.</summary>
    public ulong Ends;

    /// <param name="first">The first of 64 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static JsonBlock Of(ref byte first)
    {
        // Asked for by name: a native program takes wider vectors only where the processor is asked for them.
        var block = default(JsonBlock);
        if (Avx2.IsSupported)
        {
            block.Add(Vector256.LoadUnsafe(ref first), 0);
            block.Add(Vector256.LoadUnsafe(ref first, 32), 32);
        }
        else
        {
            block.Add(Vector128.LoadUnsafe(ref first), 0);
            block.Add(Vector128.LoadUnsafe(ref first, 16), 16);
            block.Add(Vector128.LoadUnsafe(ref first, 32), 32);
            block.Add(Vector128.LoadUnsafe(ref first, 48), 48);
        }

        return block;
    }

    // The two kinds of brackets differ in one bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(Vector256<byte> bytes, int shift)
    {
        var brackets = Avx2.Or(bytes, Vector256.Create((byte)0x20));
        var closes = Avx2.CompareEqual(brackets, Vector256.Create((byte)'}'));
        var separators = Avx2.Or(
            Avx2.CompareEqual(bytes, Vector256.Create((byte)',')),
            Avx2.CompareEqual(bytes, Vector256.Create((byte)':')));
        var space = Avx2.CompareEqual(Avx2.Min(bytes, Vector256.Create((byte)' ')), bytes);
        Quotes |= Bits(Avx2.CompareEqual(bytes, Vector256.Create((byte)'"'))) << shift;
        Backslashes |= Bits(Avx2.CompareEqual(bytes, Vector256.Create((byte)'\\'))) << shift;
        Opens |= Bits(Avx2.CompareEqual(brackets, Vector256.Create((byte)'{'))) << shift;
        Closes |= Bits(closes) << shift;
        Ends |= Bits(Avx2.Or(Avx2.Or(closes, separators), space)) << shift;

        static ulong Bits(Vector256<byte> matches) => (uint)Avx2.MoveMask(matches);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(Vector128<byte> bytes, int shift)
    {
        var brackets = bytes | Vector128.Create((byte)0x20);
        var closes = Vector128.Equals(brackets, Vector128.Create((byte)'}'));
        var separators = Vector128.Equals(bytes, Vector128.Create((byte)',')) | Vector128.Equals(bytes, Vector128.Create((byte)':'));
        var space = Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)' ')), bytes);
        Quotes |= Bits(Vector128.Equals(bytes, Vector128.Create((byte)'"'))) << shift;
        Backslashes |= Bits(Vector128.Equals(bytes, Vector128.Create((byte)'\\'))) << shift;
        Opens |= Bits(Vector128.Equals(brackets, Vector128.Create((byte)'{'))) << shift;
        Closes |= Bits(closes) << shift;
        Ends |= Bits(closes | separators | space) << shift;

        static ulong Bits(Vector128<byte> matches) => matches.ExtractMostSignificantBits();
    }
}
