namespace Sidecar.Tests.TestSupport;

/// <summary>Where the programs that tests drive were built, in the same configuration and framework as the running tests.</summary>
public static class TestPrograms
{
    /// <summary>The stand-in for an agent CLI.</summary>
    public static string FakeAgent { get; } = Find("FakeAgent");

    /// <summary>A web service that falls ill on request.</summary>
    public static string SickService { get; } = Find("SickService");

    private static string Find(string project)
    {
        // …/tests/<X>/bin/<Configuration>/<framework>/
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var configuration = framework.Parent!;
        var tests = configuration.Parent!.Parent!.Parent!;
        var name = OperatingSystem.IsWindows() ? $"{project}.exe" : project;
        var path = Path.Combine(tests.FullName, project, "bin", configuration.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} has not been built.", path);
    }
}
