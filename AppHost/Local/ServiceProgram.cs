using System.Runtime.InteropServices;

namespace Sidecar.AppHost.Local;

/// <summary>Finds the services' programs: beside our own when published, in the sibling project's output when built from source.</summary>
internal static class ServiceProgram
{
    /// <summary>The program's path, or null when it is in neither place.</summary>
    /// <param name="name">Its name, which is its project's too.</param>
    /// <param name="folder">The folder in which its project's folder lies, seen from the AppHost's.</param>
    public static string? Find(string name, string folder = "")
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        // …/AppHost/bin/Debug/net10.0 → …/SessionApi/bin/Debug/net10.0
        var sibling = own.Replace(
            $"{Path.DirectorySeparatorChar}AppHost{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}{Path.Combine(folder, name)}{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);
        return new[] { own, sibling }.Select(place => Path.Combine(place, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// What a program built from source needs to find the runtime that runs us, wherever that is installed; nothing for native programs.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string?>> RuntimeEnvironmentChanges()
    {
        // …/shared/Microsoft.NETCore.App/10.0.0/ → …
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is null && Directory.Exists(Path.Combine(root, "shared")))
        {
            yield return KeyValuePair.Create<string, string?>("DOTNET_ROOT", root);
        }
    }
}
