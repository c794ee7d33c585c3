namespace Sidecar.Tests.TestSupport;

/// <summary>Where the programs that tests drive were built, in the same configuration and framework as the running tests.</summary>
public static class TestPrograms
{
    /// <summary>The folder that everything was built in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The stand-in for an agent CLI.</summary>
    public static string FakeAgent => Find("tests", "FakeAgent");

    /// <summary>A web service that falls ill on request.</summary>
    public static string SickService => Find("tests", "SickService");

    /// <summary>Rewrites a session's files and stands still where it is told.</summary>
    public static string RewriteProgram => Find("tests", "RewriteProgram");

    /// <summary>The service that is tested, for tests that need it as a process.</summary>
    public static string SessionApi => Find("", "SessionApi");

    /// <summary>A program that was built in the same configuration and framework as the running tests.</summary>
    /// <param name="folder">The folder of its project's folder, below the root; "" for the root itself.</param>
    /// <param name="project">The project's name.</param>
    public static string Find(string folder, string project)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var name = OperatingSystem.IsWindows() ? $"{project}.exe" : project;
        var path = Path.Combine(Root, folder, project, "bin", framework.Parent!.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} has not been built.", path);
    }

    private static string FindRoot()
    {
        // …/tests/<X>/bin/<Configuration>/<framework>/, or …/bin/aspire/… when the tests were built for Aspire
        var bin = new DirectoryInfo(AppContext.BaseDirectory);
        while (bin.Name != "bin")
        {
            bin = bin.Parent!;
        }

        return bin.Parent!.Parent!.Parent!.FullName;
    }
}
