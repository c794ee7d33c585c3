using System.Buffers.Text;
using System.Diagnostics;

namespace Sidecar.Benchmarks.Live;

/// <summary>Finds the time at which the agent wrote a piece of text: <c>label#12@123456789 </c>, in any JSON around it.</summary>
internal static class Stamp
{
    /// <summary>How many milliseconds ago it was; null for bytes without a stamp.</summary>
    public static double? Age(ReadOnlySpan<byte> bytes) =>
        At(bytes) is { } written ? Stopwatch.GetElapsedTime(written).TotalMilliseconds : null;

    public static long? At(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.LastIndexOf((byte)'@');
        return at >= 0 && Utf8Parser.TryParse(bytes[(at + 1)..], out long written, out var length) && length > 5 ? written : null;
    }
}
