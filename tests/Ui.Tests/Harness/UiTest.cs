using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Ui.Harness;

/// <summary>
/// A test that opens pages. It is skipped where there is no browser, and fails when a page had a problem that it did not expect. What it has started ends
/// with it.
/// </summary>
public abstract class UiTest(SharedBrowser browser) : IAsyncLifetime
{
    private readonly List<UiPage> _pages = [];
    private readonly List<SidecarSystem> _systems = [];

    static UiTest() => Assertions.SetDefaultExpectTimeout(UiPage.DeadlineMilliseconds);

    public virtual ValueTask InitializeAsync()
    {
        Assert.SkipUnless(BrowserProgram.IsThere(), BrowserProgram.IsMissing);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            _pages.ForEach(page => TestContext.Current.TestOutputHelper?.WriteLine($"{page.Page.Url}\n{page.Diary}"));
        }

        var problems = new List<Exception>();
        foreach (var part in _pages.Cast<IAsyncDisposable>().Concat(_systems))
        {
            try
            {
                await part.DisposeAsync();
            }
            catch (Exception problem)
            {
                problems.Add(problem); // the others must go as well
            }
        }

        GC.SuppressFinalize(this);
        if (problems.Count > 0)
        {
            throw new AggregateException(problems);
        }
    }

    /// <summary>Opens a page in a context of its own.</summary>
    private protected async Task<UiPage> OpenAsync(SidecarSystem system, string path = "/", Action<BrowserNewContextOptions>? options = null)
    {
        var page = await UiPage.OpenAsync(browser.Browser, system, path, options);
        _pages.Add(page);
        return page;
    }

    /// <summary>Opens a session in a context of its own, and waits until its connection lives.</summary>
    private protected async Task<UiPage> OpenAsync(SidecarSystem system, Session session, Action<BrowserNewContextOptions>? options = null)
    {
        var page = await OpenAsync(system, $"/sessions/{session.Id}", options);
        await page.IsLiveAsync();
        return page;
    }

    /// <summary>Creates a session in which a turn has been run. Its agent still runs, and nobody is connected.</summary>
    private protected static async Task<Session> TalkAsync(SidecarSystem system, string message)
    {
        var session = await system.CreateSessionAsync();
        await using var client = await system.ConnectAsync(session);
        await client.RunTurnAsync(message);
        return session;
    }

    /// <summary>Starts a system of this test.</summary>
    private protected Task<SidecarSystem> StartAsync(params (string Name, string Value)[] environment) => StartOverAsync(prepare: null, environment);

    /// <summary>Starts the demonstration.</summary>
    private protected async Task<SidecarSystem> StartDemoAsync()
    {
        var system = await SidecarSystem.StartDemoAsync();
        _systems.Add(system);
        return system;
    }

    /// <summary>A system of this test over what is in its folder already.</summary>
    private protected async Task<SidecarSystem> StartOverAsync(Action<TemporaryFolder>? prepare, params (string Name, string Value)[] environment)
    {
        var system = await SidecarSystem.StartOverAsync(prepare, environment);
        _systems.Add(system);
        return system;
    }
}
