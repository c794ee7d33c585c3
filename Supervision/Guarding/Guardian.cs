using System.ComponentModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;
using Sidecar.Supervision.Restarting;

namespace Sidecar.Supervision.Guarding;

/// <summary>
/// Keeps a guard beside this program: a process that ends our children when we are killed, see <see cref="GuardProgram"/>. It is there before
/// anything else starts, is replaced when it ends, and goes when we stop in order. Windows ends the children with us by itself.
/// </summary>
/// <param name="command">The program and the arguments of the guard.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where its ends are told.</param>
public sealed partial class Guardian(IReadOnlyList<string> command, TimeProvider time, ILogger<Guardian> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>The variable by which a guard is known.</summary>
    public const string MarkerName = "SIDECAR_GUARD";

    private static readonly RestartOptions Restarting = new();
    private static readonly StopBudget StopBudget = new(Interrupt: TimeSpan.FromSeconds(2), Terminate: TimeSpan.Zero, Kill: TimeSpan.FromSeconds(1));

    private readonly RestartPolicy _policy = new(Restarting, Random.Shared);
    private ContainedProcess? _guard;
    private long _startedAt;
    private int _starts;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => TryStartAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_guard is { } guard)
        {
            await guard.StopAsync(StopBudget, () => SayFarewellAsync(guard));
        }
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _guard?.Dispose(); // closes its input: when we come here without a stop, it does its work
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!OperatingSystem.IsWindows())
        {
            if (_guard is { } guard)
            {
                Log.Ended(logger, await guard.Exit.WaitAsync(stoppingToken));
            }

            var decision = _policy.Next(time.GetUtcNow(), time.GetElapsedTime(_startedAt));
            await Task.Delay(decision.Delay ?? Restarting.Window, time, stoppingToken);
            if (decision.GivesUp)
            {
                _policy.Reset();
            }

            await TryStartAsync(stoppingToken);
        }
    }

    private static async Task SayFarewellAsync(ContainedProcess guard)
    {
        await guard.Input.WriteAsync(new[] { GuardProgram.Farewell });
        guard.Input.Close();
        await guard.Exit;
    }

    private async Task TryStartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var earlier = _guard;
        _guard = null;
        earlier?.Dispose();
        _startedAt = time.GetTimestamp();
        try
        {
            var guard = await ContainedProcess.StartAsync(Spec(), time, cancellationToken);
            // It says nothing; a reader keeps the runtime's last words from ever filling a pipe.
            _ = guard.Output.CopyToAsync(Stream.Null, CancellationToken.None);
            _ = guard.Error.CopyToAsync(Stream.Null, CancellationToken.None);
            _guard = guard;
        }
        catch (Win32Exception exception)
        {
            Log.NotStarted(logger, exception.Message); // without it only the next start can end what a killed program leaves
        }
    }

    private ContainedProcessSpec Spec() => new()
    {
        FileName = command[0],
        Arguments = [.. command.Skip(1)],
        WorkingDirectory = Path.GetTempPath(),
        // It would leave its diagnostic pipes in the temporary folder when it is killed.
        Environment = new Dictionary<string, string?> { ["DOTNET_EnableDiagnostics"] = "0" },
        Marker = ProcessOwner.Current().Marker(MarkerName, $"{++_starts}"),
        ParentDeath = ParentDeath.None,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The guardian ended with code {ExitCode}; another one takes its place.")]
        public static partial void Ended(ILogger logger, int exitCode);

        [LoggerMessage(2, LogLevel.Error, "The guardian could not be started: {Reason}")]
        public static partial void NotStarted(ILogger logger, string reason);
    }
}
