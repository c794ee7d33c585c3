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
/// Restarts annotated resources that hang. Aspire's own restart command cannot: it stops gently, which a frozen process does not hear.
/// So the process is killed, and Aspire is asked to start the resource again.
/// </summary>
internal sealed partial class HungResourceRestarter(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    IOptions<ProbeOptions> probing,
    TimeProvider time,
    ILogger<HungResourceRestarter> logger) : BackgroundService
{
    private const string ProcessIdProperty = "executable.pid";

    // After the kill the orchestrator was seen to notice within 0.6 s.
    private static readonly TimeSpan NoticeDeadline = TimeSpan.FromSeconds(30);
    private static readonly RestartOptions Restarting = new();

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
            resource.TryGetLastAnnotation<RestartWhenHungAnnotation>(out var annotation)
                ? KeepRunningAsync(resource, annotation.Path, stoppingToken)
                : Task.CompletedTask));

    private async Task KeepRunningAsync(ProjectResource resource, string path, CancellationToken cancellationToken)
    {
        var policy = new RestartPolicy(Restarting, Random.Shared);
        while (true)
        {
            await notifications.WaitForResourceHealthyAsync(resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
            var healthySince = time.GetTimestamp();
            var address = new Uri(new Uri(resource.GetEndpoint("http").Url), path);
            var problem = await new ProbeLoop(new HttpProbe(_http, address), probing.Value, time).WaitUntilHungAsync(cancellationToken);
            try
            {
                await RestartAsync(resource, problem, policy, time.GetElapsedTime(healthySince), cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Log.RestartFailed(logger, exception, resource.Name); // one bad attempt must not end the watch
            }
        }
    }

    private async Task RestartAsync(
        ProjectResource resource, string problem, RestartPolicy policy, TimeSpan lasted, CancellationToken cancellationToken)
    {
        // The predicate is asked about the present state first, so this is a look and not a wait.
        var now = (await notifications.WaitForResourceAsync(resource.Name, _ => true, cancellationToken)).Snapshot;
        if (now.State?.Text != KnownResourceStates.Running
            || now.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value is not { } value)
        {
            return; // it has ended, or somebody has stopped it: that is no hanging
        }

        // The id is that of a wrapper (`dotnet run`); the service is among its descendants.
        var processId = Convert.ToInt32(value, CultureInfo.InvariantCulture);
        var isGone = await ProcessTree.KillAsync(processId, time, cancellationToken);
        Log.Killed(logger, resource.Name, problem, processId, isGone);
        await ReachesAsync(resource, KnownResourceStates.TerminalStates, NoticeDeadline, cancellationToken);

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
    }
}
#endif
