using System.ComponentModel;
using System.Text;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Probing;
using Sidecar.Supervision.Restarting;

namespace Sidecar.AppHost.Local;

/// <summary>
/// One service's process: started, watched until it is healthy, its output shown, started again when it ends or hangs, stopped with its tree.
/// </summary>
internal sealed class ServiceRunner(
    LocalService service, ProcessMarker marker, ProbeOptions probing, RestartOptions restarting, ConsoleOutput console, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan StartingProbeInterval = TimeSpan.FromMilliseconds(50);

    // The worker gives each agent 6 s and kills it then; it must not be cut short.
    private static readonly StopBudget StopBudget = new(Interrupt: TimeSpan.Zero, Terminate: TimeSpan.FromSeconds(9), Kill: TimeSpan.FromSeconds(1));

    // What does not answer a probe would not hear a request to stop either.
    private static readonly StopBudget HungBudget = StopBudget with { Terminate = TimeSpan.Zero };

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly RestartPolicy _policy = new(restarting, Random.Shared);
    private ContainedProcess? _process;
    private OutputTail _tail = new();
    private long _startedAt;

    /// <summary>Starts the service and waits until it is healthy.</summary>
    /// <returns>Null, or why it is not.</returns>
    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        if (ServiceProgram.Find(service.Program) is not { } program)
        {
            return $"{service.Program} was not found beside the AppHost nor in its build output. Build the solution first.";
        }

        var spec = new ContainedProcessSpec
        {
            FileName = program,
            Arguments = ["--urls", service.Address.GetLeftPart(UriPartial.Authority)],
            WorkingDirectory = AppContext.BaseDirectory,
            Environment = service.Environment.Concat(ServiceProgram.RuntimeEnvironmentChanges()).ToDictionary(),
            Marker = marker,
            // It has children of its own to stop.
            ParentDeath = ParentDeath.Terminate,
        };
        _startedAt = time.GetTimestamp();
        var process = await ContainedProcess.StartAsync(spec, time, cancellationToken);
        _process?.Dispose();
        _process = process;
        _tail = new OutputTail();
        process.Input.Close();
        _ = ShowAsync(process.Output);
        _ = ShowAsync(process.Error);
        return await WaitUntilHealthyAsync(process, cancellationToken);
    }

    /// <summary>Starts the service again whenever it ends or hangs, until cancelled.</summary>
    public async Task KeepRunningAsync(CancellationToken cancellationToken)
    {
        while (_process is { } process)
        {
            var end = await WaitForEndAsync(process, cancellationToken);
            var decision = _policy.Next(time.GetUtcNow(), time.GetElapsedTime(_startedAt));
            if (decision.Delay is { } delay)
            {
                console.Say($"{service.Name} {end} It is started again in {delay.TotalSeconds:0.##} s.");
                await Task.Delay(delay, time, cancellationToken);
            }
            else
            {
                console.Say(
                    $"{service.Name} {end} It was restarted {decision.RestartsInWindow} times within {restarting.Window.TotalMinutes:0} minutes " +
                    $"and is left alone for as long. Its last output:\n{string.Join('\n', _tail.Snapshot())}");
                await Task.Delay(restarting.Window, time, cancellationToken);
                _policy.Reset();
            }

            console.Say(await TryStartAsync(cancellationToken) is { } problem
                ? $"{service.Name} is not healthy: {problem}"
                : $"{service.Name} is back at {service.Address}");
        }
    }

    /// <summary>Stops the service with everything it started.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            var report = await process.StopAsync(StopBudget);
            if (report.Level == StopLevel.Killed || report.Left.Count > 0)
            {
                console.Say($"{service.Name} had to be killed after {report.Duration.TotalSeconds:0.#} s; processes left: {report.Left.Count}.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process?.Dispose();
        _http.Dispose();
    }

    /// <summary>Waits until the process has ended, by itself or because it hung; then nothing of its tree is left.</summary>
    /// <returns>How it ended, for people.</returns>
    private async Task<string> WaitForEndAsync(ContainedProcess process, CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hung = new ProbeLoop(new HttpProbe(_http, new Uri(service.Address, "/alive")), probing, time).WaitUntilHungAsync(watching.Token);
        var first = await Task.WhenAny(process.Exit, hung);
        cancellationToken.ThrowIfCancellationRequested();
        await watching.CancelAsync();
        if (first == hung)
        {
            var report = await process.StopAsync(HungBudget);
            return $"hangs: {await hung}. It was killed, with what it had started, in {report.Duration.TotalSeconds:0.#} s.";
        }

        await process.StopAsync(StopBudget); // what it left behind
        return $"ended with code {await process.Exit}.";
    }

    private async Task<string?> TryStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(cancellationToken);
        }
        catch (Win32Exception exception)
        {
            return exception.Message; // the old process is still the one we watch: its exit brings the next attempt
        }
    }

    private async Task<string?> WaitUntilHealthyAsync(ContainedProcess process, CancellationToken cancellationToken)
    {
        var probe = new HttpProbe(_http, new Uri(service.Address, "/health"));
        string? problem = null;
        while (time.GetElapsedTime(_startedAt) < probing.StartupTimeout)
        {
            if (process.Exit.IsCompleted)
            {
                return $"it ended with code {await process.Exit} while starting.";
            }

            problem = await probe.AskAsync(probing.ProbeTimeout, time, cancellationToken);
            if (problem is null)
            {
                return null;
            }

            await Task.Delay(StartingProbeInterval, time, cancellationToken);
        }

        return $"it was not healthy within {probing.StartupTimeout.TotalSeconds:0} s; {problem}.";
    }

    private async Task ShowAsync(Stream output)
    {
        var tail = _tail;
        using var reader = new StreamReader(output, Encoding.UTF8);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                tail.Add(line);
                console.Write(service.Name, line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
