using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sidecar.Supervision.Containment;

/// <summary>What <c>/proc/pid/stat</c> says of one process (proc(5)).</summary>
/// <param name="State">One letter; Z and X are dead.</param>
/// <param name="ParentId">The parent's process id.</param>
/// <param name="StartedAt">Clock ticks after boot.</param>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="ProcessorTime">User and system time since the start.</param>
internal readonly record struct ProcStat(char State, int ParentId, long StartedAt, long ResidentBytes, TimeSpan ProcessorTime)
{
    public bool IsDead => State is 'Z' or 'X' or 'x';
}

/// <summary>Reads Linux's <c>/proc</c>. A process may end between two reads, so every reader answers "gone" instead of throwing.</summary>
internal static class ProcFs
{
    // USER_HZ, the unit of all times in /proc, is 100 on every architecture that .NET runs on (time(7)).
    private const long MillisecondsPerTick = 10;

    // An exec waits for the disk and for a processor: most looks are a millisecond apart.
    private const int MostLooks = 500;
    private const int MostEmptyLooks = 40;
    private const int MostReads = 3;

    /// <summary>The ids of all processes.</summary>
    public static IEnumerable<int> ProcessIds()
    {
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                yield return id;
            }
        }
    }

    /// <summary>
    /// Reads <c>pid (command) state parent …</c>. The command may hold blanks and parentheses, so fields are counted from the last ')'.
    /// </summary>
    public static bool TryReadStat(int processId, out ProcStat stat)
    {
        stat = default;
        if (TryReadBytes($"/proc/{processId}/stat") is not { Length: > 0 } bytes)
        {
            return false;
        }

        var rest = FromState(bytes);
        var state = (char)rest[0];
        // Counted from the state, which is field 3 of the manual page.
        const int ParentField = 1;
        const int UserTimeField = 11;
        const int SystemTimeField = 12;
        const int StartField = 19;
        const int ResidentPagesField = 21;
        if (!TryField(rest, ParentField, out var parent)
            || !TryField(rest, UserTimeField, out var user)
            || !TryField(rest, SystemTimeField, out var system)
            || !TryField(rest, StartField, out var started)
            || !TryField(rest, ResidentPagesField, out var pages))
        {
            return false;
        }

        var processorTime = TimeSpan.FromMilliseconds((user + system) * MillisecondsPerTick);
        stat = new ProcStat(state, (int)parent, started, pages * Environment.SystemPageSize, processorTime);
        return true;
    }

    /// <summary>The variable's value when the process was started; null when it had none or belongs to somebody else.</summary>
    public static string? EnvironmentValue(int processId, string name)
    {
        if (TryReadEnvironment(processId) is not { } environment)
        {
            return null;
        }

        var start = Encoding.UTF8.GetBytes($"{name}=");
        foreach (var range in environment.AsSpan().Split((byte)0))
        {
            ReadOnlySpan<byte> entry = environment.AsSpan()[range];
            if (entry.StartsWith(start))
            {
                return Encoding.UTF8.GetString(entry[start.Length..]);
            }
        }

        return null;
    }

    /// <summary>The process namespace that we are in, such as <c>4026531836</c>: ids of another one mean other processes (pid_namespaces(7)).</summary>
    public static string? OwnNamespace() =>
        TryReadLink("/proc/self/ns/pid") is { } link && link.Split('[', ']') is [_, var inode, ..] ? inode : null;

    /// <summary>The program's name, as far as the kernel keeps it (15 bytes).</summary>
    public static string CommandName(int processId) =>
        TryReadBytes($"/proc/{processId}/comm") is { } name ? Encoding.UTF8.GetString(name).Trim() : "ended meanwhile";

    /// <summary>What the open files of a process are, such as <c>socket:[1234]</c>; nothing for processes of other users.</summary>
    public static IEnumerable<string> OpenFiles(int processId)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles($"/proc/{processId}/fd");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (var file in files)
        {
            if (TryReadLink(file) is { } target)
            {
                yield return target;
            }
        }
    }

    /// <summary>
    /// The whole environment. In the middle of an exec a process shows none, or the rest of what it had before: who takes that for its environment
    /// overlooks a process whose parent has ended already. So it is read until it is as long as the kernel says.
    /// </summary>
    private static byte[]? TryReadEnvironment(int processId)
    {
        var patience = new SpinWait();
        for (var (looks, emptyLooks, reads) = (0, 0, 0); ; looks++, patience.SpinOnce())
        {
            if (TryReadBytes($"/proc/{processId}/environ") is not { } environment || TryReadLayout(processId) is not { HasMemory: true } layout)
            {
                return null; // a kernel's thread, or it ends
            }

            var isStarting = layout.EnvironmentEnd == 0;
            var isEmpty = layout.EnvironmentEnd == layout.EnvironmentStart; // for good, or until the kernel has counted what is there
            if (environment.Length == layout.EnvironmentEnd - layout.EnvironmentStart && !isEmpty)
            {
                return environment;
            }

            // A program that has taken away its own environment is not waited for.
            if (isStarting ? looks >= MostLooks : isEmpty ? ++emptyLooks >= MostEmptyLooks : ++reads >= MostReads)
            {
                return environment;
            }
        }
    }

    private static (bool HasMemory, long EnvironmentStart, long EnvironmentEnd)? TryReadLayout(int processId)
    {
        const int VirtualSizeField = 20;
        const int EnvironmentStartField = 47;
        const int EnvironmentEndField = 48;
        return TryReadBytes($"/proc/{processId}/stat") is { Length: > 0 } bytes
            && FromState(bytes) is var fields
            && TryField(fields, VirtualSizeField, out var size)
            && TryField(fields, EnvironmentStartField, out var start)
            && TryField(fields, EnvironmentEndField, out var end)
            ? (size > 0, start, end)
            : null;
    }

    // The fields of /proc/pid/stat from the third on. The command may hold blanks and parentheses, so they are counted from the last ')'.
    private static ReadOnlySpan<byte> FromState(byte[] stat) => stat.AsSpan(stat.AsSpan().LastIndexOf((byte)')') + 1).TrimStart((byte)' ');

    private static string? TryReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool TryField(ReadOnlySpan<byte> fields, int index, out long value)
    {
        value = 0;
        for (var i = 0; i < index; i++)
        {
            var blank = fields.IndexOf((byte)' ');
            if (blank < 0)
            {
                return false;
            }

            fields = fields[(blank + 1)..];
        }

        return Utf8Parser.TryParse(fields, out value, out _);
    }

    private static byte[]? TryReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended, or belongs to somebody else
        }
    }
}
