using Microsoft.Playwright;

namespace Sidecar.Benchmarks.Pages;

/// <summary>A page in a context of its own, which knows nothing of what was loaded before.</summary>
internal sealed class OpenedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private OpenedPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    public static async Task<OpenedPage> OpenAsync(IBrowser browser, int port, string path)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = $"http://127.0.0.1:{port}",
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            Locale = "en-US",
        });
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Console.WriteLine($"The page says: {message.Text}");
            }
        };
        await page.GotoAsync(path);
        return new OpenedPage(context, page);
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
