using System.Numerics;
using System.Runtime.InteropServices;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>SQLite notices a damaged page structure, not a flipped bit in a value: this does.</summary>
internal static class StateChecksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = ~0u;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (var value in bytes[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return ~sum;
    }
}
