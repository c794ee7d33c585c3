using Microsoft.Playwright;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>The health page while a sidecar falls ill and an agent runs.</summary>
public sealed class HealthTests(SharedBrowser browser, HealthTests.SickSystem sick) : UiTest(browser), IClassFixture<HealthTests.SickSystem>
{
    private const float Detection = 30_000;

    [Fact]
    public async Task Sidecar_Frozen_IsShownIllAndWellAgain()
    {
        var page = await OpenAsync(sick.System, "/system");
        var sidecar = page.Page.Locator("[data-sidecar=sick]");
        await Assertions.Expect(sidecar).ToHaveAttributeAsync("data-state", "healthy");

        TestSignals.Freeze(await SickRunAsync());

        await Assertions.Expect(sidecar).Not.ToHaveAttributeAsync("data-state", "healthy", new() { Timeout = Detection });
        await Assertions.Expect(sidecar).ToHaveAttributeAsync("data-state", "healthy", new() { Timeout = Detection });
        await Assertions.Expect(sidecar).ToContainTextAsync("hangs");
        await Assertions.Expect(page.Page.Locator("#worker-state")).ToHaveAttributeAsync("data-state", "ok");
    }

    [Fact]
    public async Task Sidecar_RestartedByAPerson_IsAnotherProcess()
    {
        var page = await OpenAsync(sick.System, "/system");
        var sidecar = page.Page.Locator("[data-sidecar=sick]");
        await Assertions.Expect(sidecar).ToHaveAttributeAsync("data-state", "healthy", new() { Timeout = Detection });
        var before = await SickRunAsync();

        var asked = 0;
        page.Page.Request += (_, request) => asked += request.Method == "POST" ? 1 : 0;
        await sidecar.Locator("[data-action=restart]").DblClickAsync();

        await WaitFor.True(() => !ProcFs.Exists(before), TimeSpan.FromSeconds(15), "the end of the first process");
        await Assertions.Expect(sidecar).ToHaveAttributeAsync("data-state", "healthy", new() { Timeout = Detection });
        Assert.NotEqual(before, await SickRunAsync());
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Agent_OfASession_IsShownAndRestarted()
    {
        var session = await sick.System.CreateSessionAsync();
        await using var client = await sick.System.ConnectAsync(session);
        await client.RunTurnAsync("hello");
        var agent = await sick.System.Agents.StartedAsync(session);
        var page = await OpenAsync(sick.System, "/system");
        var row = page.Page.Locator($"[data-agent='{session.Id}']");
        await Assertions.Expect(row).ToContainTextAsync($"{agent.Id}");

        await row.Locator("[data-action=stop-agent]").ClickAsync();

        await WaitFor.True(() => !ProcFs.Exists(agent), TimeSpan.FromSeconds(15), "the end of the agent");
        await Assertions.Expect(row.Filter(new() { HasText = $"{agent.Id}" })).ToHaveCountAsync(0);
        await client.RunTurnAsync("and on");
    }

    [Fact]
    public async Task Page_OfAHealthySystem_ShowsLimitsChartsAndTheIndex()
    {
        var page = await OpenAsync(sick.System, "/system");

        await Assertions.Expect(page.Page.Locator("#system [data-limit]").First).ToBeVisibleAsync();
        Assert.InRange(await page.Page.Locator("#system [data-limit] meter").CountAsync(), 10, 200);
        foreach (var series in (string[])["delay", "memory", "cache"])
        {
            await Assertions.Expect(page.Page.Locator($"svg.chart[data-series={series}]")).ToBeVisibleAsync();
        }

        await Assertions.Expect(page.Page.Locator("#index-state")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Worker_Frozen_IsShownAsUnreachable()
    {
        var page = await OpenAsync(sick.System, "/system");
        var worker = page.Page.Locator("#worker-state");
        await Assertions.Expect(worker).ToHaveAttributeAsync("data-state", "ok");
        var run = sick.System.Worker;
        page.ExpectLostConnections(); // the browser logs each answer that is an error

        TestSignals.Freeze(run);
        try
        {
            await Assertions.Expect(worker).ToHaveAttributeAsync("data-state", "unreachable", new() { Timeout = Detection });
        }
        finally
        {
            TestSignals.Thaw(run);
        }

        await Assertions.Expect(worker).ToHaveAttributeAsync("data-state", "ok", new() { Timeout = Detection });
    }

    /// <summary>The sidecar's process, once it is well: what another test has done to the system may go on.</summary>
    private async Task<ProcessRun> SickRunAsync()
    {
        ProcessRun? run = null;
        await WaitFor.True(
            async () =>
            {
                var sidecars = await sick.System.GetAsync("/api/sidecars");
                var one = sidecars.GetProperty("sidecars").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "sick");
                run = one.GetProperty("state").GetString() == "healthy" ? ProcFs.Find(one.GetProperty("pid").GetInt32()) : null;
                return run is not null;
            },
            TimeSpan.FromMilliseconds(Detection),
            () => "a sidecar that is well");
        return run!.Value;
    }

    /// <summary>A system with a named sidecar that is asked often.</summary>
    public sealed class SickSystem() : UiSystem(
        ("Sidecar__Sidecars__sick__Command", TestPrograms.SickService),
        ("Sidecar__Sidecars__sick__Arguments__0", "--urls"),
        ("Sidecar__Sidecars__sick__Arguments__1", "http://127.0.0.1:{port}"),
        ("Sidecar__Sidecars__sick__AssignPort", "true"),
        ("Sidecar__Sidecars__sick__Environment__DOTNET_EnableDiagnostics", "0"),
        ("Sidecar__Sidecars__sick__Probe__Type", "http"),
        ("Sidecar__Sidecars__sick__Probe__ProbeInterval", "00:00:01"),
        ("Sidecar__Sidecars__sick__Probe__ProbeTimeout", "00:00:01"),
        ("Sidecar__Sidecars__sick__Probe__FailureThreshold", "3"));
}
