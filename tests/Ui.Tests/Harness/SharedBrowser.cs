using Microsoft.Playwright;
using Sidecar.Tests.BrowserSupport;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Ui.Harness;

/// <summary>The browser of all tests; each has contexts of its own in it, which know nothing of each other.</summary>
public sealed class SharedBrowser : IAsyncLifetime
{
    private DrivenBrowser? _browser;

    public IBrowser Browser => _browser?.Browser ?? throw new InvalidOperationException(BrowserProgram.IsMissing);

    public async ValueTask InitializeAsync()
    {
        if (BrowserProgram.IsThere())
        {
            _browser = await DrivenBrowser.StartAsync();
        }
    }

    public ValueTask DisposeAsync() => _browser?.DisposeAsync() ?? ValueTask.CompletedTask;
}
