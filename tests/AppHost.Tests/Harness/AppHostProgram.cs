namespace Sidecar.Tests.AppHost.Harness;

/// <summary>Which AppHost is tested.</summary>
internal static class AppHostProgram
{
    /// <summary>Set it to test the published native programs in place of the built ones.</summary>
    private const string Variable = "SIDECAR_TEST_APPHOST";

    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            var full = System.IO.Path.GetFullPath(given);
            return File.Exists(full) ? full : throw new FileNotFoundException($"{Variable} names no file.", full);
        }

        // …/tests/AppHost.Tests/bin/<Configuration>/<framework>/
        var framework = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        var name = OperatingSystem.IsWindows() ? "AppHost.exe" : "AppHost";
        var path = System.IO.Path.Combine(root.FullName, "AppHost", "bin", configuration.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException("The AppHost has not been built.", path);
    }
}
