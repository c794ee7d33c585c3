using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Windows: the child is created in a job object, which everything that it starts joins and which the kernel ends with our last handle. There are
/// no signals: who does not heed its input is killed. Compiled, and was never run.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsContainment : IContainment
{
    private const uint ExitCodeOfTheKilled = 137; // as SIGKILL would have it

    private readonly WindowsJob _job;
    private readonly SafeProcessHandle _process;
    private readonly ProcessWaitHandle _ended;
    private readonly RegisteredWaitHandle _waiting;
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WindowsContainment(WindowsJob job, SafeProcessHandle process, int processId, Stream input, Stream output, Stream error)
    {
        (_job, _process, Input, Output, Error) = (job, process, input, output, error);
        // The handle keeps the id from being reused, so this is the process that was created.
        Identity = ProcessIdentity.Of(processId) ?? new ProcessIdentity(processId, -1);
        _ended = new ProcessWaitHandle(process);
        _waiting = ThreadPool.RegisterWaitForSingleObject(
            _ended, (_, _) => _exit.TrySetResult(WindowsProcess.ExitCode(_process)), null, Timeout.Infinite, executeOnlyOnce: true);
    }

    /// <inheritdoc/>
    public ProcessIdentity Identity { get; }

    /// <inheritdoc/>
    public Task<int> Exit => _exit.Task;

    /// <inheritdoc/>
    public Stream Input { get; }

    /// <inheritdoc/>
    public Stream Output { get; }

    /// <inheritdoc/>
    public Stream Error { get; }

    /// <inheritdoc cref="Containment.StartAsync"/>
    public static WindowsContainment Start(ContainedProcessSpec spec)
    {
        var job = WindowsJob.Create(spec.Limits);
        var input = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var error = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        try
        {
            var (process, id) = WindowsProcess.Create(spec, job.Handle, input.ClientSafePipeHandle, output.ClientSafePipeHandle, error.ClientSafePipeHandle);
            // The child has them now; as long as we hold them too, we would never see their end.
            input.DisposeLocalCopyOfClientHandle();
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
            return new WindowsContainment(job, process, id, input, output, error);
        }
        catch (Win32Exception)
        {
            input.Dispose();
            output.Dispose();
            error.Dispose();
            job.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProcessIdentity>> MembersAsync() =>
        Task.FromResult<IReadOnlyList<ProcessIdentity>>([.. _job.ProcessIds().Select(ProcessIdentity.Of).OfType<ProcessIdentity>()]);

    /// <inheritdoc/>
    public TreeUsage UsageIn(ProcessSnapshot snapshot)
    {
        var ids = _job.ProcessIds();
        return new TreeUsage(ids.Count, ids.Sum(ResidentBytes), _job.ProcessorTime());
    }

    /// <inheritdoc/>
    public bool AskChild() => false;

    /// <inheritdoc/>
    public bool Ask(IReadOnlyList<ProcessIdentity> members) => false;

    /// <inheritdoc/>
    public void KillAll() => _job.Terminate(ExitCodeOfTheKilled);

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
        _waiting.Unregister(null);
        _ended.Dispose();
        _process.Dispose();
        _job.Dispose();
    }

    private static long ResidentBytes(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.WorkingSet64;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return 0; // it has ended
        }
    }

    /// <summary>A process handle, to be waited for. The process's owner closes it.</summary>
    private sealed class ProcessWaitHandle : WaitHandle
    {
        public ProcessWaitHandle(SafeProcessHandle process) => SafeWaitHandle = new SafeWaitHandle(process.DangerousGetHandle(), ownsHandle: false);
    }
}
