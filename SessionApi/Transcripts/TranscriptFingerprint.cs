using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Tells an append from a rewrite: a hash over the first bytes of a file and the last bytes before an offset. Entries there
/// carry random ids and times, so another content gives another value.
/// </summary>
internal static class TranscriptFingerprint
{
    private const int WindowBytes = 512;
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    public static ulong Of(SafeFileHandle file, long offset)
    {
        Span<byte> window = stackalloc byte[WindowBytes];
        var hash = FnvOffset ^ (ulong)offset;
        hash = Add(hash, window[..RandomAccess.Read(file, window[..(int)Math.Min(WindowBytes, offset)], 0)]);
        var tail = Math.Max(0, offset - WindowBytes);
        return Add(hash, window[..RandomAccess.Read(file, window[..(int)(offset - tail)], tail)]);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * FnvPrime;
        }

        return hash;
    }
}
