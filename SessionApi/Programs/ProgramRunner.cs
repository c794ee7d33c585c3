using System.ComponentModel;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;

namespace Sidecar.SessionApi.Programs;

/// <summary>Takes a piece of output. False when it has enough: the program is ended then.</summary>
internal delegate bool TakeOutput(ReadOnlySpan<byte> piece);

/// <summary>
/// Runs a contained program to its end, or to its deadline, or until its client has left. In each case nothing of its tree is left when the
/// result is there.
/// </summary>
internal sealed class ProgramRunner(TimeProvider time)
{
    // The same variable as the worker's: a guardian that finds an owner dead ends what carries it.
    private const string MarkerName = "SIDECAR_RUN";
    private const int BufferBytes = 64 * 1024;
    private const int MaxErrorBytes = 4096;

    // Who is asked to end takes away its lock files; what is left behind by one that ended by itself is not asked.
    private static readonly StopBudget Ask = new(TimeSpan.Zero, Terminate: TimeSpan.FromSeconds(1), Kill: TimeSpan.FromSeconds(1));
    private static readonly StopBudget Sweep = Ask with { Terminate = TimeSpan.Zero };

    // After the tree has gone nothing can write any more; this only bounds a kernel that is slow to tell.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly ProcessOwner _owner = ProcessOwner.Current();
    private readonly string _id = Guid.NewGuid().ToString("n");
    private int _runs;

    /// <summary>Runs a program and gives its standard output, piece by piece, to <paramref name="take"/>.</summary>
    /// <exception cref="OperationCanceledException">The client left; the program was ended.</exception>
    public async Task<ProgramOutcome> RunAsync(ProgramRun run, ProgramSlots slots, TakeOutput take, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(run.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var slot = await slots.TakeAsync(either.Token);
            // A start is not cancelled halfway: there would be a process that nobody knows.
            using var process = await ContainedProcess.StartAsync(SpecOf(run), time, CancellationToken.None);
            var outcome = await FinishAsync(process, take, either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return outcome;
        }
        catch (Win32Exception exception)
        {
            return new ProgramOutcome(ProgramEnd.NotStarted, -1, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProgramOutcome(ProgramEnd.TimedOut, -1, "It had to wait too long for its turn.");
        }
    }

    private ContainedProcessSpec SpecOf(ProgramRun run)
    {
        var environment = ChildEnvironment.Changes();
        foreach (var (name, value) in run.Environment)
        {
            environment[name] = value;
        }

        return new ContainedProcessSpec
        {
            FileName = run.FileName,
            Arguments = run.Arguments,
            WorkingDirectory = run.WorkingDirectory,
            Environment = environment,
            Marker = _owner.Marker(MarkerName, $"{_id}.{Interlocked.Increment(ref _runs)}"),
        };
    }

    private async Task<ProgramOutcome> FinishAsync(ContainedProcess process, TakeOutput take, CancellationToken stopped)
    {
        using var drained = new CancellationTokenSource();
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var error = new byte[MaxErrorBytes];
        var errorLength = 0;
        CloseInput(process);
        var reading = Task.WhenAll(
            ReadAsync(process.Output, OnOutput, drained.Token),
            ReadAsync(process.Error, OnError, drained.Token));
        Task ended = Task.WhenAny(process.Exit, cut.Task);
        await ended.WaitAsync(stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var hasExited = process.Exit.IsCompleted;
        await process.StopAsync(hasExited ? Sweep : Ask);
        await Task.WhenAny(reading, Task.Delay(DrainPatience, time, CancellationToken.None));
        await drained.CancelAsync();
        await reading;
        var end = cut.Task.IsCompleted ? ProgramEnd.Cut : hasExited ? ProgramEnd.Exited : ProgramEnd.TimedOut;
        var exitCode = end == ProgramEnd.Exited ? await process.Exit : -1;
        return new ProgramOutcome(end, exitCode, System.Text.Encoding.UTF8.GetString(error, 0, errorLength).Trim());

        bool OnOutput(ReadOnlySpan<byte> piece)
        {
            if (cut.Task.IsCompleted || take(piece))
            {
                return true;
            }

            cut.TrySetResult();
            return true; // read on, so that the program is not stuck in a full pipe while it is asked to end
        }

        bool OnError(ReadOnlySpan<byte> piece)
        {
            var kept = piece[..Math.Min(piece.Length, error.Length - errorLength)];
            kept.CopyTo(error.AsSpan(errorLength));
            errorLength += kept.Length;
            return true;
        }
    }

    private static async Task ReadAsync(Stream stream, TakeOutput take, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is var read && read > 0)
            {
                take(buffer.AsSpan(0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe broke or draining was given up: the end of the process tells the rest.
        }
    }

    private static void CloseInput(ContainedProcess process)
    {
        try
        {
            process.Input.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }
}
