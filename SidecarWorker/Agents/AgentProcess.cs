using Sidecar.SidecarWorker.Agents.Links;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// One run of the agent CLI: its link, its standard error and its end. What it writes is drained all the time, input has a bounded queue,
/// and the end is decided by the process, never by the end of a pipe that a grandchild may hold.
/// </summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    // A CLI that has not called back by then, and lives, may still do so: its input waits.
    private static readonly TimeSpan AttachPatience = TimeSpan.FromSeconds(3);

    // After the tree has gone nothing can write any more; this only bounds a kernel that is slow to tell.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly ContainedProcess _process;
    private readonly IAgentLink _link;
    private readonly AgentLines _lines;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _drained = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AgentProcess(ContainedProcess process, IAgentLink link, IAgentOutput output, StopBudget budget, TimeProvider time)
    {
        (_process, _link, _time) = (process, link, time);
        _lines = new AgentLines(output);
        Completion = CompleteAsync(Task.WhenAll(CarryAsync(), ReadErrorAsync()), budget);
    }

    /// <summary>The operating system's id.</summary>
    public int ProcessId => _process.Identity.ProcessId;

    /// <summary>Completes with the exit code when the process has ended, its tree is gone and its output is drained.</summary>
    public Task<int> Completion { get; }

    /// <summary>The last lines of output that was no message.</summary>
    public IReadOnlyList<string> LastOutput => _lines.LastOutput;

    /// <summary>Starts the CLI. The link is the process's from then on.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be executed.</exception>
    public static async Task<AgentProcess> StartAsync(
        ContainedProcessSpec spec, IAgentLink link, IAgentOutput output, AgentOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = await ContainedProcess.StartAsync(spec, time, cancellationToken);
        return new AgentProcess(process, link, output, Budget(options), time);
    }

    /// <summary>Waits until the CLI can be spoken to, has ended, or has had its time to call back.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        Task ready = Task.WhenAny(_link.Attached, _process.Exit);
        await ready.WaitAsync(AttachPatience, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Lets the output flow. Until then it waits in the pipe, so that what the caller says of the start comes first.</summary>
    public void BeginOutput() => _begun.TrySetResult();

    /// <summary>The process itself has ended; its tree may still be on its way out.</summary>
    public bool HasExited => _process.Exit.IsCompleted;

    /// <summary>Whether there is room for one more line. It stays so until the next <see cref="TryWrite"/>.</summary>
    public bool HasRoom => _link.HasRoom;

    /// <summary>Tells what the process and all that it started use, until the result is disposed.</summary>
    public IDisposable Watch(TreeWatch watch, Action<TreeUsage> onUsage) => watch.Add(_process, onUsage);

    /// <summary>Queues one line for the CLI. False when the queue is full, or the process has ended.</summary>
    public bool TryWrite(ReadOnlyMemory<byte> line) => _link.TryWrite(line);

    /// <summary>Ends the run with everything it started.</summary>
    public async Task<StopReport> StopAsync(AgentOptions options, AgentStopMode mode)
    {
        var budget = Budget(options);
        var report = mode == AgentStopMode.Kill
            ? await _process.StopAsync(budget with { Terminate = TimeSpan.Zero })
            : await _process.StopAsync(budget, mode == AgentStopMode.CloseInput ? EndInputAsync : null);
        await Completion;
        return report;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Completion;
        _link.Dispose();
        _process.Dispose();
        _drained.Dispose();
    }

    private static StopBudget Budget(AgentOptions options) =>
        new(options.CloseGrace, options.TerminateGrace, Kill: TimeSpan.FromSeconds(1));

    private Task<int> EndInputAsync()
    {
        _link.EndInput();
        return _process.Exit;
    }

    private async Task<int> CompleteAsync(Task drained, StopBudget budget)
    {
        var exitCode = await _process.Exit;
        _link.EndInput();
        // A CLI that ends normally can leave tools behind; they go, and with them whoever holds the pipes open.
        await _process.StopAsync(budget);
        await Task.WhenAny(drained, Task.Delay(DrainPatience, _time));
        await _drained.CancelAsync();
        await drained;
        return exitCode;
    }

    private async Task CarryAsync()
    {
        await _begun.Task;
        await _link.CarryAsync(_process, _lines, _drained.Token);
    }

    private async Task ReadErrorAsync()
    {
        try
        {
            await new OutputLineReader(_process.Error, AgentLines.KeptOfNoise).ReadAsync(_lines.OnDiagnosticAsync, _drained.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe broke or draining was given up: the end of the process tells the rest.
        }
    }
}

/// <summary>How a run is asked to end.</summary>
internal enum AgentStopMode
{
    /// <summary>End its input, then SIGTERM, then SIGKILL.</summary>
    CloseInput,

    /// <summary>SIGTERM, then SIGKILL: when there is no time for a turn to finish.</summary>
    Terminate,

    /// <summary>SIGKILL at once.</summary>
    Kill,
}
