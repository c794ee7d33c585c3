using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.Supervision.Containment;

/// <summary>Creates a process inside a job: there is no moment in which it could start something outside. Compiled, and was never run.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsProcess
{
    private const uint CreateNoWindow = 0x0800_0000;
    private const uint CreateUnicodeEnvironment = 0x0400;
    private const uint ExtendedStartupInfoPresent = 0x0008_0000;
    private const int UseStandardHandles = 0x100;
    private const nuint HandleListAttribute = 0x0002_0002;
    private const nuint JobListAttribute = 0x0002_000D;

    /// <exception cref="Win32Exception">The program could not be executed.</exception>
    public static (SafeProcessHandle Process, int Id) Create(
        ContainedProcessSpec spec, SafeHandle job, SafeHandle input, SafeHandle output, SafeHandle error)
    {
        // Our caller holds all of them until we return. Only the three pipes are inherited, whatever else may be inheritable.
        var jobs = stackalloc nint[] { job.DangerousGetHandle() };
        var pipes = stackalloc nint[] { input.DangerousGetHandle(), output.DangerousGetHandle(), error.DangerousGetHandle() };
        nuint size = 0;
        _ = InitializeAttributes(null, 2, 0, ref size);
        var attributes = stackalloc byte[(int)size];
        Check(InitializeAttributes(attributes, 2, 0, ref size));
        try
        {
            Check(UpdateAttribute(attributes, 0, HandleListAttribute, pipes, (nuint)(3 * sizeof(nint)), 0, 0));
            Check(UpdateAttribute(attributes, 0, JobListAttribute, jobs, (nuint)sizeof(nint), 0, 0));
            var startup = new StartupInfoEx
            {
                Size = sizeof(StartupInfoEx),
                Flags = UseStandardHandles,
                Input = pipes[0],
                Output = pipes[1],
                Error = pipes[2],
                Attributes = attributes,
            };
            // The system may write into the command line.
            var commandLine = $"{WindowsCommandLine.Join([spec.FileName, .. spec.Arguments])}\0".ToCharArray();
            fixed (char* command = commandLine)
            fixed (char* environment = EnvironmentBlock(spec))
            {
                Check(CreateProcess(
                    spec.FileName, command, 0, 0, true, CreateNoWindow | CreateUnicodeEnvironment | ExtendedStartupInfoPresent,
                    environment, spec.WorkingDirectory, &startup, out var information));
                _ = CloseHandle(information.Thread);
                return (new SafeProcessHandle(information.Process, ownsHandle: true), information.ProcessId);
            }
        }
        finally
        {
            DeleteAttributes(attributes);
        }
    }

    /// <summary>The exit code of a process that has ended.</summary>
    public static int ExitCode(SafeProcessHandle process) => GetExitCode(process, out var code) ? (int)code : -1;

    /// <summary>Our environment with the changes of the spec, sorted as the system wants it.</summary>
    private static string EnvironmentBlock(ContainedProcessSpec spec)
    {
        var all = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            all[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        foreach (var (name, value) in spec.Environment.Append(new KeyValuePair<string, string?>(spec.Marker.Name, spec.Marker.Value)))
        {
            all.Remove(name);
            if (value is not null)
            {
                all[name] = value;
            }
        }

        return string.Concat(all.Select(variable => $"{variable.Key}={variable.Value}\0")) + "\0";
    }

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("kernel32", EntryPoint = "InitializeProcThreadAttributeList", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool InitializeAttributes(byte* list, int count, int flags, ref nuint size);

    [LibraryImport("kernel32", EntryPoint = "UpdateProcThreadAttribute", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UpdateAttribute(byte* list, int flags, nuint attribute, void* value, nuint size, nint previous, nint returnSize);

    [LibraryImport("kernel32", EntryPoint = "DeleteProcThreadAttributeList")]
    private static partial void DeleteAttributes(byte* list);

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateProcess(
        string application, char* commandLine, nint processAttributes, nint threadAttributes, [MarshalAs(UnmanagedType.Bool)] bool inheritHandles,
        uint flags, char* environment, string workingDirectory, StartupInfoEx* startup, out ProcessInformation information);

    [LibraryImport("kernel32", EntryPoint = "GetExitCodeProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetExitCode(SafeProcessHandle process, out uint code);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StartupInfoEx
    {
        public int Size;
        public nint Reserved;
        public nint Desktop;
        public nint Title;
        public int X;
        public int Y;
        public int Width;
        public int Height;
        public int Columns;
        public int Rows;
        public int Fill;
        public int Flags;
        public short ShowWindow;
        public short ReservedSize;
        public nint ReservedBytes;
        public nint Input;
        public nint Output;
        public nint Error;
        public byte* Attributes;
    }

    /// <summary>PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessInformation
    {
        public nint Process;
        public nint Thread;
        public int ProcessId;
        public int ThreadId;
    }
}
