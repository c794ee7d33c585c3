#if ASPIRE
#pragma warning disable IDE0005 // Which of these the Aspire SDK uses implicitly depends on its version.
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Probing;
using Sidecar.Supervision.Restarting;

namespace Sidecar.AppHost.Restart;

/// <summary>
/// Restarts annotated resources that hang or crash. Aspire's own restart command cannot help with the first: it stops gently, which a frozen
/// process does not hear. So the process is killed, and Aspire is asked to start the resource again.
/// </summary>
internal sealed partial class ResourceRestarter(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    IOptions<ProbeOptions> probing,
    TimeProvider time,
    ILogger<ResourceRestarter> logger) : BackgroundService
{
    private const string ProcessIdProperty = "executable.pid";

    // After the kill the orchestrator was seen to notice within 0.6 s.
    private static readonly TimeSpan NoticeDeadline = TimeSpan.FromSeconds(30);
    private static readonly RestartOptions Restarting = new();
    private static readonly HashSet<string> Leaving = [.. KnownResourceStates.TerminalStates, KnownResourceStates.Stopping];

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        model.Resources.OfType<ProjectResource>().Select(resource =>
            resource.TryGetLastAnnotation<RestartAnnotation>(out var annotation)
                ? KeepRunningAsync(resource, annotation.Path, stoppingToken)
                : Task.CompletedTask));

    private async Task KeepRunningAsync(ProjectResource resource, string path, CancellationToken cancellationToken)
    {
        var policy = new RestartPolicy(Restarting, Random.Shared);
        while (true)
        {
            await notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
            var healthySince = time.GetTimestamp();
            try
            {
                if (await WaitForFaultAsync(resource, path, cancellationToken))
                {
                    await StartAgainAsync(resource, policy, time.GetElapsedTime(healthySince), cancellationToken);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Log.RestartFailed(logger, exception, resource.Name); // one bad attempt must not end the watch
            }
        }
    }

    /// <summary>Waits until the resource has crashed, or hangs and was killed.</summary>
    /// <returns>False when it has ended in order, or somebody has stopped it.</returns>
    private async Task<bool> WaitForFaultAsync(ProjectResource resource, string path, CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var address = new Uri(new Uri(resource.GetEndpoint("http").Url), path);
        var hung = new ProbeLoop(new HttpProbe(_http, address), probing.Value, time).WaitUntilHungAsync(watching.Token);
        // A person's command to stop or to restart is seen as Stopping first.
        var leaves = notifications.WaitForResourceAsync(
            resource.Name, change => change.Snapshot.State?.Text is { } state && Leaving.Contains(state), watching.Token);
        var first = await Task.WhenAny(hung, leaves);
        cancellationToken.ThrowIfCancellationRequested();
        await watching.CancelAsync();
        if (first == hung)
        {
            return await KillAsync(resource, await hung, cancellationToken);
        }

        var end = (await leaves).Snapshot;
        if (end.State?.Text == KnownResourceStates.Stopping || end.ExitCode is null or 0)
        {
            return false;
        }

        Log.Crashed(logger, resource.Name, end.ExitCode.Value);
        return true;
    }

    private async Task<bool> KillAsync(ProjectResource resource, string problem, CancellationToken cancellationToken)
    {
        // The predicate is asked about the present state first, so this is a look and not a wait.
        var now = (await notifications.WaitForResourceAsync(resource.Name, _ => true, cancellationToken)).Snapshot;
        if (now.State?.Text != KnownResourceStates.Running
            || now.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value is not { } value)
        {
            return false; // it has ended in this moment, or somebody has stopped it
        }

        // The id is that of a wrapper (`dotnet run`); the service is among its descendants.
        var processId = Convert.ToInt32(value, CultureInfo.InvariantCulture);
        var isGone = await ProcessTree.KillAsync(processId, time, cancellationToken);
        Log.Killed(logger, resource.Name, problem, processId, isGone);
        await ReachesAsync(resource, KnownResourceStates.TerminalStates, NoticeDeadline, cancellationToken);
        return true;
    }

    private async Task StartAgainAsync(ProjectResource resource, RestartPolicy policy, TimeSpan lasted, CancellationToken cancellationToken)
    {
        var decision = policy.Next(time.GetUtcNow(), lasted);
        if (decision.GivesUp)
        {
            Log.LeftAlone(logger, resource.Name, decision.RestartsInWindow, Restarting.Window);
        }

        var isRunning = await ReachesAsync(resource, [KnownResourceStates.Running], decision.Delay ?? Restarting.Window, cancellationToken);
        if (decision.GivesUp)
        {
            policy.Reset();
        }

        if (isRunning)
        {
            return; // a person was quicker
        }

        var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (!result.Success)
        {
            Log.NotStarted(logger, resource.Name, result.Message); // a person must do so
        }
    }

    /// <summary>Waits until the resource is in one of the states; false when it was not by the deadline.</summary>
    private async Task<bool> ReachesAsync(
        ProjectResource resource, IReadOnlyList<string> states, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await notifications.WaitForResourceAsync(resource.Name, states, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning, "{Resource} hangs: {Problem}. Process {ProcessId} was killed with its descendants; all gone: {IsGone}.")]
        public static partial void Killed(ILogger logger, string resource, string problem, int processId, bool isGone);

        [LoggerMessage(
            2, LogLevel.Error, "{Resource} was restarted {Restarts} times and is left alone for {Window}; it can be started in the dashboard.")]
        public static partial void LeftAlone(ILogger logger, string resource, int restarts, TimeSpan window);

        [LoggerMessage(3, LogLevel.Error, "{Resource} was not started again: {Problem}")]
        public static partial void NotStarted(ILogger logger, string resource, string? problem);

        [LoggerMessage(4, LogLevel.Error, "The restart of {Resource} failed; it is watched again when it is healthy.")]
        public static partial void RestartFailed(ILogger logger, Exception exception, string resource);

        [LoggerMessage(5, LogLevel.Warning, "{Resource} ended with code {ExitCode}; it is started again.")]
        public static partial void Crashed(ILogger logger, string resource, int exitCode);
    }
}
#endif
