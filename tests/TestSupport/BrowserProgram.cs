namespace Sidecar.Tests.TestSupport;

/// <summary>The browser that tests open pages with: the one of the system, because none is downloaded.</summary>
public static class BrowserProgram
{
    public const string Path = "/usr/bin/chromium";

    /// <summary>Why a test is skipped.</summary>
    public const string IsMissing = $"{Path} is not there.";

    // Set where the browser must be there: then its absence is a failure.
    private const string Required = "SIDECAR_TEST_BROWSER";

    /// <summary>Whether there is a browser; where there must be one, there not being one is an error.</summary>
    public static bool IsThere()
    {
        if (File.Exists(Path))
        {
            return true;
        }

        return Environment.GetEnvironmentVariable(Required) == "1" ? throw new FileNotFoundException($"{Required} is 1 and {IsMissing}") : false;
    }
}
