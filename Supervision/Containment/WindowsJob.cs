using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sidecar.Supervision.Limits;

namespace Sidecar.Supervision.Containment;

/// <summary>A job object that ends its processes with its last handle, which is ours. Compiled, and was never run.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsJob : IDisposable
{
    private const int BasicAccountingInformation = 1;
    private const int BasicProcessIdList = 3;
    private const int ExtendedLimitInformation = 9;
    private const uint LimitActiveProcess = 0x8;
    private const uint LimitJobMemory = 0x200;
    private const uint LimitKillOnJobClose = 0x2000;

    // Two counts of 4 bytes, then one word for each process.
    private const int ListHeader = 8;
    private const int MaxListed = 4096;

    private WindowsJob(SafeFileHandle handle) => Handle = handle;

    /// <summary>For the creation of the first process.</summary>
    public SafeFileHandle Handle { get; }

    /// <exception cref="Win32Exception">There can be no job.</exception>
    public static unsafe WindowsJob Create(TreeLimits? limits)
    {
        var handle = CreateJobObject(0, 0);
        var information = new ExtendedLimits { Basic = new BasicLimits { Flags = LimitKillOnJobClose } };
        if (limits?.MaxProcesses > 0)
        {
            information.Basic.Flags |= LimitActiveProcess;
            information.Basic.ActiveProcessLimit = (uint)limits.MaxProcesses;
        }

        if (limits?.HardMemoryBytes > 0)
        {
            information.Basic.Flags |= LimitJobMemory;
            information.JobMemoryLimit = (nuint)limits.HardMemoryBytes;
        }

        if (handle.IsInvalid || !SetInformation(handle, ExtendedLimitInformation, &information, sizeof(ExtendedLimits)))
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new Win32Exception(error);
        }

        return new WindowsJob(handle);
    }

    /// <summary>Who is in the job now.</summary>
    public unsafe IReadOnlyList<int> ProcessIds()
    {
        var buffer = new byte[ListHeader + (MaxListed * sizeof(nuint))];
        fixed (byte* list = buffer)
        {
            // False when there are more than fit; then those that fit are in the list.
            _ = QueryInformation(Handle, BasicProcessIdList, list, buffer.Length, out _);
            var count = Math.Min(((uint*)list)[1], MaxListed);
            return [.. new ReadOnlySpan<nuint>(list + ListHeader, (int)count).ToArray().Select(id => (int)id)];
        }
    }

    /// <summary>What all that ever were in the job have used.</summary>
    public unsafe TimeSpan ProcessorTime()
    {
        Accounting accounting = default;
        _ = QueryInformation(Handle, BasicAccountingInformation, &accounting, sizeof(Accounting), out _);
        return TimeSpan.FromTicks(accounting.TotalUserTime + accounting.TotalKernelTime); // both count in 100 ns
    }

    /// <summary>Ends all that are in the job.</summary>
    public void Terminate(uint exitCode) => _ = TerminateJobObject(Handle, exitCode);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    private static partial SafeFileHandle CreateJobObject(nint attributes, nint name);

    [LibraryImport("kernel32", EntryPoint = "SetInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool SetInformation(SafeFileHandle job, int kind, void* information, int length);

    [LibraryImport("kernel32", EntryPoint = "QueryInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool QueryInformation(SafeFileHandle job, int kind, void* information, int length, out int written);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(SafeFileHandle job, uint exitCode);

    /// <summary>JOBOBJECT_BASIC_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct BasicLimits
    {
        public long ProcessUserTimeLimit;
        public long JobUserTimeLimit;
        public uint Flags;
        public nuint MinimumWorkingSet;
        public nuint MaximumWorkingSet;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
    }

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION, whose third member is six counters.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct ExtendedLimits
    {
        public BasicLimits Basic;
        public fixed ulong Io[6];
        public nuint ProcessMemoryLimit;
        public nuint JobMemoryLimit;
        public nuint PeakProcessMemory;
        public nuint PeakJobMemory;
    }

    /// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Accounting
    {
        public long TotalUserTime;
        public long TotalKernelTime;
        public long PeriodUserTime;
        public long PeriodKernelTime;
        public uint PageFaults;
        public uint TotalProcesses;
        public uint ActiveProcesses;
        public uint TerminatedProcesses;
    }
}
