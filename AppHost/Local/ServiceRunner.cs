using System.ComponentModel;
using System.Net;
using System.Text;
using Sidecar.Supervision.Containment;

namespace Sidecar.AppHost.Local;

/// <summary>One service's process: started, watched until it is healthy, its output shown, started again when it ends, stopped with its tree.</summary>
internal sealed class ServiceRunner(LocalService service, ProcessMarker marker, ConsoleOutput console, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(50);

    // The worker gives each agent 6 s and kills it then; it must not be cut short.
    private static readonly StopBudget StopBudget = new(Interrupt: TimeSpan.Zero, Terminate: TimeSpan.FromSeconds(9), Kill: TimeSpan.FromSeconds(1));

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly RestartDelay _delay = new();
    private ContainedProcess? _process;
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
        _process.Input.Close();
        _ = ShowAsync(_process.Output);
        _ = ShowAsync(_process.Error);
        return await WaitUntilHealthyAsync(_process, cancellationToken);
    }

    /// <summary>Starts the service again whenever it ends, until cancelled.</summary>
    public async Task KeepRunningAsync(CancellationToken cancellationToken)
    {
        while (_process is { } process)
        {
            var exitCode = await process.Exit.WaitAsync(cancellationToken);
            await process.StopAsync(StopBudget); // what it left behind
            var delay = _delay.After(time.GetElapsedTime(_startedAt));
            console.Say($"{service.Name} ended with code {exitCode}; it is started again in {delay.TotalSeconds:0.##} s.");
            await Task.Delay(delay, time, cancellationToken);
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
        var health = new Uri(service.Address, "/health");
        while (time.GetElapsedTime(_startedAt) < StartTimeout)
        {
            if (process.Exit.IsCompleted)
            {
                return $"it ended with code {await process.Exit} while starting.";
            }

            try
            {
                using var answer = await _http.GetAsync(health, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return null;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not listening yet.
            }

            await Task.Delay(HealthInterval, time, cancellationToken);
        }

        return $"it did not answer {health} within {StartTimeout.TotalSeconds:0} s.";
    }

    private async Task ShowAsync(Stream output)
    {
        using var reader = new StreamReader(output, Encoding.UTF8);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                console.Write(service.Name, line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
