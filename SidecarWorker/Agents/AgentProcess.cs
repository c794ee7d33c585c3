using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Sidecar.Contracts;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>Receives what a CLI writes. Called in order, never concurrently.</summary>
internal interface IAgentOutput
{
    /// <summary>One JSON object from standard output.</summary>
    ValueTask OnMessageAsync(ReadOnlyMemory<byte> message);

    /// <summary>Standard output that is no message.</summary>
    ValueTask OnNoiseAsync(AgentNoise noise);
}

/// <summary>
/// One run of the agent CLI: its three pipes and its end. Both outputs are drained all the time, input has one writer with a bounded
/// queue, and the end is decided by the process, never by the end of a pipe that a grandchild may hold.
/// </summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private const int InputQueueLength = 64;
    private const int KeptOfNoise = 2048;

    // After the tree has gone nothing can write any more; this only bounds a kernel that is slow to tell.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly ContainedProcess _process;
    private readonly IAgentOutput _output;
    private readonly OutputTail _tail = new();
    private readonly CancellationTokenSource _drained = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<ReadOnlyMemory<byte>> _input = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(InputQueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private AgentProcess(ContainedProcess process, IAgentOutput output, long maxLineBytes, StopBudget budget, TimeProvider time)
    {
        _process = process;
        _output = output;
        var pumps = Task.WhenAll(
            PumpAsync(new OutputLineReader(process.Output, maxLineBytes), OnOutputAsync),
            PumpAsync(new OutputLineReader(process.Error, KeptOfNoise), OnErrorAsync),
            WriteInputAsync());
        Completion = CompleteAsync(pumps, budget, time);
    }

    /// <summary>The operating system's id.</summary>
    public int ProcessId => _process.Identity.ProcessId;

    /// <summary>Completes with the exit code when the process has ended, its tree is gone and its output is drained.</summary>
    public Task<int> Completion { get; }

    /// <summary>The last lines of output that was no message.</summary>
    public IReadOnlyList<string> LastOutput => _tail.Snapshot();

    /// <summary>Starts the CLI.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be executed.</exception>
    public static async Task<AgentProcess> StartAsync(
        ContainedProcessSpec spec, IAgentOutput output, AgentOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = await ContainedProcess.StartAsync(spec, time, cancellationToken);
        return new AgentProcess(process, output, options.MaxLineBytes, Budget(options), time);
    }

    /// <summary>Lets the output flow. Until then it waits in the pipe, so that what the caller says of the start comes first.</summary>
    public void BeginOutput() => _begun.TrySetResult();

    /// <summary>The process itself has ended; its tree may still be on its way out.</summary>
    public bool HasExited => _process.Exit.IsCompleted;

    /// <summary>Whether there is room for one more line. It stays so until the next <see cref="TryWrite"/>.</summary>
    public bool HasRoom => _input.Reader.Count < InputQueueLength;

    /// <summary>Tells what the process and all that it started use, until the result is disposed.</summary>
    public IDisposable Watch(TreeWatch watch, Action<TreeUsage> onUsage) => watch.Add(_process, onUsage);

    /// <summary>Queues one line for standard input. False when the queue is full, or the process has ended.</summary>
    public bool TryWrite(ReadOnlyMemory<byte> line) => _input.Writer.TryWrite(line);

    /// <summary>Ends the run with everything it started.</summary>
    public async Task<StopReport> StopAsync(AgentOptions options, AgentStopMode mode)
    {
        var budget = Budget(options);
        var report = mode == AgentStopMode.Kill
            ? await _process.StopAsync(budget with { Terminate = TimeSpan.Zero })
            : await _process.StopAsync(budget, mode == AgentStopMode.CloseInput ? CloseInputAsync : null);
        await Completion;
        return report;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Completion;
        _process.Dispose();
        _drained.Dispose();
    }

    private static StopBudget Budget(AgentOptions options) =>
        new(options.CloseGrace, options.TerminateGrace, Kill: TimeSpan.FromSeconds(1));

    private Task<int> CloseInputAsync()
    {
        _input.Writer.TryComplete();
        return _process.Exit;
    }

    private async Task<int> CompleteAsync(Task pumps, StopBudget budget, TimeProvider time)
    {
        var exitCode = await _process.Exit;
        _input.Writer.TryComplete();
        // A CLI that ends normally can leave tools behind; they go, and with them whoever holds the pipes open.
        await _process.StopAsync(budget);
        await Task.WhenAny(pumps, Task.Delay(DrainPatience, time));
        await _drained.CancelAsync();
        await pumps;
        return exitCode;
    }

    private async ValueTask OnOutputAsync(ReadOnlySequence<byte> line, long length)
    {
        if (length > line.Length)
        {
            await ReportNoiseAsync(Text(line), length, "too-long");
            return;
        }

        var (objects, rest) = JsonLine.Split(line);
        foreach (var message in objects)
        {
            await _output.OnMessageAsync(message);
        }

        if (rest is not null)
        {
            await ReportNoiseAsync(rest.Length <= KeptOfNoise ? rest : rest[..KeptOfNoise], length, "not-json");
        }
    }

    private ValueTask OnErrorAsync(ReadOnlySequence<byte> line, long length)
    {
        _tail.Add(Text(line));
        return ValueTask.CompletedTask;
    }

    private ValueTask ReportNoiseAsync(string text, long length, string reason)
    {
        _tail.Add(text);
        return _output.OnNoiseAsync(new AgentNoise(text, length, reason));
    }

    private static string Text(in ReadOnlySequence<byte> line) => Encoding.UTF8.GetString(line).TrimEnd('\r');

    private async Task PumpAsync(OutputLineReader reader, Func<ReadOnlySequence<byte>, long, ValueTask> onLine)
    {
        try
        {
            await _begun.Task;
            await reader.ReadAsync(onLine, _drained.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe broke or draining was given up: the end of the process tells the rest.
        }
    }

    private async Task WriteInputAsync()
    {
        try
        {
            await foreach (var line in _input.Reader.ReadAllAsync(_drained.Token))
            {
                await _process.Input.WriteAsync(line, _drained.Token);
                await _process.Input.FlushAsync(_drained.Token);
            }

            _process.Input.Close();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The CLI no longer reads: its end tells the rest.
        }
    }
}

/// <summary>How a run is asked to end.</summary>
internal enum AgentStopMode
{
    /// <summary>Close its input, then SIGTERM, then SIGKILL.</summary>
    CloseInput,

    /// <summary>SIGTERM, then SIGKILL: when there is no time for a turn to finish.</summary>
    Terminate,

    /// <summary>SIGKILL at once.</summary>
    Kill,
}
