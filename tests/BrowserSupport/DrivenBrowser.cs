using System.Reflection;
using Microsoft.Playwright;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.BrowserSupport;

/// <summary>The system's browser, without a window, as a program drives it.</summary>
public sealed class DrivenBrowser : IAsyncDisposable
{
    // Where the driver looks for itself, unless it is told.
    private const string DriverVariable = "PLAYWRIGHT_DRIVER_SEARCH_PATH";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly IPlaywright _driver;

    private DrivenBrowser(IPlaywright driver, IBrowser browser) => (_driver, Browser) = (driver, browser);

    public IBrowser Browser { get; }

    /// <summary>Starts the driver and the browser.</summary>
    public static async Task<DrivenBrowser> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(DriverVariable) is null or "")
        {
            Environment.SetEnvironmentVariable(DriverVariable, DriverFolder());
        }

        var driver = await Playwright.CreateAsync();
        try
        {
            return new DrivenBrowser(driver, await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = BrowserProgram.Path,
                Headless = true,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"],
                Timeout = (float)StartDeadline.TotalMilliseconds,
            }));
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        _driver.Dispose();
    }

    private static string DriverFolder() => typeof(DrivenBrowser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(item => item.Key == "PlaywrightDriver").Value!;
}
