using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// The processes of macOS, through libproc and sysctl(3). The layouts are those of <c>sys/proc_info.h</c>; it is compiled and was never run.
/// Processes of other users are not shown, and are none of ours.
/// </summary>
[SupportedOSPlatform("macos")]
internal sealed partial class MacProcessTable : IProcessTable
{
    // struct proc_bsdinfo
    private const int BsdInfoFlavor = 3;
    private const int BsdInfoSize = 136;
    private const int StatusOffset = 4;
    private const int ParentOffset = 16;
    private const int StartSecondsOffset = 120;
    private const int StartMicrosecondsOffset = 128;
    private const uint Zombie = 5;
    private const ulong IncludingZombies = 1;

    // struct proc_taskinfo
    private const int TaskInfoFlavor = 4;
    private const int TaskInfoSize = 96;
    private const int ResidentOffset = 8;
    private const int UserTimeOffset = 16;
    private const int SystemTimeOffset = 24;

    private const int ControlKernel = 1;
    private const int ProcessArguments = 49;

    // Times of a task are in the ticks of mach_absolute_time: 1 ns on Intel, 125/3 ns on Apple silicon.
    private static readonly double NanosecondsPerTick = ReadTimebase();

    /// <inheritdoc/>
    public IEnumerable<ProcessEntry> Read()
    {
        // Asked for its size first; there may be more by the time they are listed.
        var ids = new int[ListAllProcesses(null, 0) + 256];
        var count = Math.Min(ListAllProcesses(ids, ids.Length * sizeof(int)), ids.Length);
        foreach (var id in ids.Take(Math.Max(count, 0)))
        {
            if (Find(id) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public ProcessEntry? Find(int processId)
    {
        Span<byte> info = stackalloc byte[BsdInfoSize];
        if (GetInfo(processId, BsdInfoFlavor, IncludingZombies, info, BsdInfoSize) != BsdInfoSize)
        {
            return null;
        }

        var startedAt = ((long)UInt64(info, StartSecondsOffset) * 1_000_000) + (long)UInt64(info, StartMicrosecondsOffset);
        var isDead = UInt32(info, StatusOffset) == Zombie;
        var parent = (int)UInt32(info, ParentOffset);

        // All zero for a zombie, which uses nothing any more.
        Span<byte> task = stackalloc byte[TaskInfoSize];
        task.Clear();
        _ = GetInfo(processId, TaskInfoFlavor, 0, task, TaskInfoSize);
        var ticks = UInt64(task, UserTimeOffset) + UInt64(task, SystemTimeOffset);
        var processorTime = TimeSpan.FromMicroseconds(ticks * NanosecondsPerTick / 1000);
        return new ProcessEntry(new ProcessIdentity(processId, startedAt), parent, isDead, (long)UInt64(task, ResidentOffset), processorTime);
    }

    /// <inheritdoc/>
    public string? EnvironmentValue(int processId, string name)
    {
        int[] query = [ControlKernel, ProcessArguments, processId];
        nuint size = 0;
        if (SystemControl(query, query.Length, null, ref size, 0, 0) != 0)
        {
            return null;
        }

        var buffer = new byte[size];
        return SystemControl(query, query.Length, buffer, ref size, 0, 0) == 0
            ? ProcessArgumentsBlock.EnvironmentValue(buffer.AsSpan(0, (int)Math.Min(size, (nuint)buffer.Length)), name)
            : null;
    }

    private static uint UInt32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private static ulong UInt64(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(data[offset..]);

    private static double ReadTimebase() =>
        GetTimebase(out var timebase) == 0 && timebase.Denominator != 0 ? (double)timebase.Numerator / timebase.Denominator : 1;

    [LibraryImport("libproc", EntryPoint = "proc_listallpids")]
    private static partial int ListAllProcesses([Out] int[]? buffer, int size);

    [LibraryImport("libproc", EntryPoint = "proc_pidinfo")]
    private static partial int GetInfo(int processId, int flavor, ulong argument, Span<byte> buffer, int size);

    [LibraryImport("libSystem", EntryPoint = "sysctl")]
    private static partial int SystemControl(int[] name, int nameLength, byte[]? old, ref nuint oldLength, nint newValue, nuint newLength);

    [LibraryImport("libSystem", EntryPoint = "mach_timebase_info")]
    private static partial int GetTimebase(out Timebase timebase);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timebase
    {
        public readonly uint Numerator;
        public readonly uint Denominator;
    }
}

/// <summary>What <c>KERN_PROCARGS2</c> answers: argc, the program's path, zeros, argc arguments, then the environment up to an empty entry.</summary>
internal static class ProcessArgumentsBlock
{
    /// <summary>The variable's value, or null.</summary>
    public static string? EnvironmentValue(ReadOnlySpan<byte> block, string name)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(block, out var count))
        {
            return null;
        }

        var rest = block[sizeof(int)..];
        Next(ref rest); // the path
        rest = rest.TrimStart((byte)0);
        for (var i = 0; i < count; i++)
        {
            Next(ref rest);
        }

        var start = Encoding.UTF8.GetBytes($"{name}=");
        while (Next(ref rest) is { Length: > 0 } entry)
        {
            if (entry.StartsWith(start))
            {
                return Encoding.UTF8.GetString(entry[start.Length..]);
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        var entry = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return entry;
    }
}
