using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>Which AppHost is tested.</summary>
internal static class AppHostProgram
{
    /// <summary>Set it to test the published native programs in place of the built ones.</summary>
    private const string Variable = "SIDECAR_TEST_APPHOST";

    public static string Path { get; } = Find();

    /// <summary>Whether it lies in the build output, and not where somebody has published it.</summary>
    public static bool IsBuilt => Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 };

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            var full = System.IO.Path.GetFullPath(given);
            return File.Exists(full) ? full : throw new FileNotFoundException($"{Variable} names no file.", full);
        }

        return TestPrograms.Find("", "AppHost");
    }
}
