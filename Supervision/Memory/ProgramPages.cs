using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sidecar.Supervision.Memory;

/// <summary>
/// The pages of a program's own file that are in its memory: code and constants of what has run so far, mostly the start. A quiet program
/// needs few of them; those that it needs again come back from the page cache, without a read from the disk as long as they are there.
/// </summary>
public static partial class ProgramPages
{
    private const int DontNeed = 4; // MADV_DONTNEED of <sys/mman.h>

    /// <summary>Gives back the pages that are as they are in the file.</summary>
    /// <returns>How many bytes of them were in memory; 0 where the system does not tell.</returns>
    [SupportedOSPlatform("linux")]
    public static long GiveBack()
    {
        try
        {
            return NeverWritten(File.ReadLines("/proc/self/smaps"), Environment.ProcessPath ?? "")
                .Sum(range => madvise(range.Start, range.Length, DontNeed) == 0 ? range.Resident : 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // no /proc: nothing is lost but the saving
        }
    }

    /// <summary>
    /// The mapped parts of a file that cannot be written and hold no page that ever was. Parts that were written before they became read-only
    /// (what the loader relocates) show as anonymous memory: their content is nowhere else.
    /// </summary>
    /// <param name="smaps">Lines in the form of /proc/&lt;pid&gt;/smaps (proc_pid_smaps(5)).</param>
    /// <param name="path">The file.</param>
    public static IReadOnlyList<MappedRange> NeverWritten(IEnumerable<string> smaps, string path)
    {
        var ranges = new List<MappedRange>();
        MappedRange? mapped = null;
        var resident = 0L;
        foreach (var line in smaps)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case [var range, ['r', '-', _, 'p'], _, _, _, ..] when line.EndsWith(" " + path, StringComparison.Ordinal):
                    mapped = Parse(range);
                    break;
                case ["Rss:", var kibibytes, "kB"]:
                    resident = Kibibytes(kibibytes);
                    break;
                case ["Anonymous:", var kibibytes, "kB"] when mapped is { } known:
                    if (kibibytes == "0" && resident > 0)
                    {
                        ranges.Add(known with { Resident = resident });
                    }

                    mapped = null;
                    break;
                case [[not (>= 'A' and <= 'Z'), ..], ..]:
                    mapped = null; // another mapping
                    break;
            }
        }

        return ranges;
    }

    private static MappedRange Parse(string range)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var (start, end) = (nuint.Parse(range.AsSpan(0, dash), NumberStyles.HexNumber, null), nuint.Parse(range.AsSpan(dash + 1), NumberStyles.HexNumber, null));
        return new MappedRange(start, end - start, Resident: 0);
    }

    private static long Kibibytes(string number) => long.Parse(number, CultureInfo.InvariantCulture) * 1024;

    [LibraryImport("libc")]
    private static partial int madvise(nuint start, nuint length, int advice);
}

/// <summary>A part of a file in the memory of this process.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Resident">How many of them are in memory.</param>
public readonly record struct MappedRange(nuint Start, nuint Length, long Resident);
