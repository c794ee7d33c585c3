#if ASPIRE
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.AppHost.Commands;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Topologies;

/// <summary>Under Aspire; and what only Aspire has: pages and commands in its dashboard.</summary>
public sealed class AspireTopologyTests : TopologyTests
{
    private const string SessionApi = "session-api";
    private const string Worker = "sidecar-worker";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Resources_Started_ShowTheirPagesByName()
    {
        await using var system = await AspireTopology.StartAsync();

        var pages = (await LookAsync(system, SessionApi)).Urls.ToDictionary(url => url.DisplayProperties.DisplayName, url => url.Url);

        using var description = await system.SessionApi.GetAsync(new Uri(pages["API description"]));
        Assert.True(description.IsSuccessStatusCode);
        using var sessions = await system.SessionApi.GetAsync(new Uri(pages["Sessions"]));
        Assert.True(sessions.IsSuccessStatusCode);
        Assert.Contains((await LookAsync(system, Worker)).Urls, url => url.DisplayProperties.DisplayName == "Health");
    }

    [Fact]
    public async Task SidecarCommands_WithASidecar_ListItAndRestartIt()
    {
        await using var system = await AspireTopology.StartAsync(
            ("Sidecar__Sidecars__sleeper__Command", "/bin/sleep"), ("Sidecar__Sidecars__sleeper__Arguments__0", "600"));
        await WaitFor.True(() => SleepersOf(system).Count == 1, Deadline, "the sidecar");
        var before = SleepersOf(system).Single();

        var list = await ExecuteAsync(system, Worker, CommandHostingExtensions.ListSidecars);
        var restart = await ExecuteAsync(system, Worker, CommandHostingExtensions.RestartSidecar, "sleeper");
        var unknown = await ExecuteAsync(system, Worker, CommandHostingExtensions.RestartSidecar, "nobody");

        Assert.True(list.Success, list.Message);
        Assert.Contains("\"sleeper\"", list.Data!.Value, StringComparison.Ordinal);
        Assert.True(restart.Success, restart.Message);
        await WaitFor.True(() => SleepersOf(system) is [var now] && now != before, Deadline, "another process of the sidecar");
        Assert.False(unknown.Success);
    }

    [Fact]
    public async Task SessionApi_StoppedByCommand_StaysStoppedUntilItIsStarted()
    {
        await using var system = await AspireTopology.StartAsync();
        var notifications = system.Application.Services.GetRequiredService<ResourceNotificationService>();

        var stop = await ExecuteAsync(system, SessionApi, KnownResourceCommands.StopCommand);
        await notifications.WaitForResourceAsync(SessionApi, KnownResourceStates.TerminalStates).WaitAsync(Deadline, TimeProvider.System);
        // A crash of the other one is dealt with by the same loop, later: what it would have done to the first one, it has done by then.
        var worker = system.Process("SidecarWorker");
        TestSignals.Kill(worker);
        await WaitFor.True(() => system.Find("SidecarWorker") is { } now && now != worker, Deadline, "the next worker");
        var stopped = system.Find("SessionApi");
        var start = await ExecuteAsync(system, SessionApi, KnownResourceCommands.StartCommand);
        await notifications.WaitForResourceHealthyAsync(SessionApi).WaitAsync(Deadline, TimeProvider.System);

        Assert.True(stop.Success, stop.Message);
        Assert.Null(stopped);
        Assert.True(start.Success, start.Message);
    }

    private protected override async Task<ITopology> StartAsync(params (string Name, string Value)[] settings) =>
        await AspireTopology.StartAsync(settings);

    private static IReadOnlyList<ProcessRun> SleepersOf(AspireTopology system) =>
        [.. RunningSystem.Marked(system.Folder).Where(run => ProcFs.CommandLine(run.Id) == "/bin/sleep 600")];

    private static async Task<CustomResourceSnapshot> LookAsync(AspireTopology system, string resource) =>
        (await system.Application.Services.GetRequiredService<ResourceNotificationService>()
            .WaitForResourceAsync(resource, change => change.Snapshot.Urls.Length > 2 || resource == Worker && change.Snapshot.Urls.Length > 1)
            .WaitAsync(Deadline, TimeProvider.System)).Snapshot;

    private static async Task<ExecuteCommandResult> ExecuteAsync(AspireTopology system, string resource, string command, string? argument = null)
    {
        var arguments = new InteractionInputCollection(
            argument is null ? [] : [new InteractionInput { Name = CommandHostingExtensions.SidecarName, InputType = InputType.Text, Value = argument }]);
        var change = await system.Application.Services.GetRequiredService<ResourceNotificationService>()
            .WaitForResourceAsync(resource, _ => true).WaitAsync(Deadline, TimeProvider.System);
        return await system.Application.Services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(change.ResourceId, command, arguments, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);
    }
}
#endif
