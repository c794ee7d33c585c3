using Sidecar.Supervision.Reaping;

namespace Sidecar.AppHost.Demo;

/// <summary>
/// The temporary folder of a demo, only for its owner (mode 0700), gone with it. Its name tells whose it is
/// (<c>sidecar-demo-namespace-pid-start.random</c>), so that the next demo finds those whose AppHost was killed.
/// </summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Prefix = "sidecar-demo-";
    private const char OwnerEnd = '.';
    private const int MostAttempts = 3;

    private DemoFolder(string path) => Path = path;

    /// <summary>Its real path: the agent knows its working directories by theirs.</summary>
    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public static DemoFolder Create()
    {
        Sweep();
        var owner = ProcessOwner.Current().Marker("demo", "").Value.TrimEnd('/');
        return new DemoFolder(RealPath(Directory.CreateTempSubdirectory($"{Prefix}{owner}{OwnerEnd}").FullName));
    }

    /// <summary>Deletes it, and once more what killed demos have left: a process of theirs may have written while it ended.</summary>
    public void Dispose()
    {
        if (!TryDelete(Path))
        {
            Console.Error.WriteLine($"[apphost] {Path} could not be deleted; the next demo tries again.");
        }

        Sweep();
    }

    /// <summary>Whether a folder of this name belongs to a demo that does not run any more.</summary>
    internal static bool IsAbandoned(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        // Ids of another namespace mean other processes: what lives there is not ours to judge.
        return ProcessOwner.Of(name[Prefix.Length..].Replace(OwnerEnd, '/')) is { } owner
            && owner.Namespace == ProcessOwner.Current().Namespace
            && !owner.Identity.IsAlive;
    }

    private static void Sweep()
    {
        foreach (var folder in new DirectoryInfo(System.IO.Path.GetTempPath()).EnumerateDirectories($"{Prefix}*"))
        {
            // A link leads to what is not ours, and what others may enter is none of ours.
            if (folder.LinkTarget is null && IsPrivate(folder) && IsAbandoned(folder.Name))
            {
                TryDelete(folder.FullName);
            }
        }
    }

    private static bool IsPrivate(DirectoryInfo folder) =>
        OperatingSystem.IsWindows() || folder.UnixFileMode == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static bool TryDelete(string path)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
                return true;
            }
            catch (DirectoryNotFoundException)
            {
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody wrote into it meanwhile, or it is not ours.
            }
        }

        return false;
    }

    private static string RealPath(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? RealPath(target.FullName)
            : System.IO.Path.Combine(RealPath(parent), System.IO.Path.GetFileName(path));
    }
}
