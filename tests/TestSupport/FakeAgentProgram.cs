namespace Sidecar.Tests.TestSupport;

/// <summary>Where the built FakeAgent is.</summary>
public static class FakeAgentProgram
{
    /// <summary>The executable of the same configuration and framework as the running tests.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        // …/tests/<X>/bin/<Configuration>/<framework>/
        var framework = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var configuration = framework.Parent!;
        var tests = configuration.Parent!.Parent!.Parent!;
        var name = OperatingSystem.IsWindows() ? "FakeAgent.exe" : "FakeAgent";
        var path = System.IO.Path.Combine(tests.FullName, "FakeAgent", "bin", configuration.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException("FakeAgent has not been built.", path);
    }
}
