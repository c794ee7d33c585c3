namespace Sidecar.Tests.TestSupport;

/// <summary>A folder of one test, gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>A path without links, as a process that works there would report it.</summary>
    public string Path { get; } = RealPath(Directory.CreateTempSubdirectory("sidecar-").FullName);

    /// <summary>The path of a file or folder in it.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes a folder in it and returns its path.</summary>
    public string CreateFolder(params string[] parts) => Directory.CreateDirectory(this[parts]).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that is still going down may hold or write a file; the folder lies in the temporary folder.
        }
    }

    private static string RealPath(string path)
    {
        var parent = System.IO.Path.GetDirectoryName(path);
        if (parent is null)
        {
            return path;
        }

        var target = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true);
        return target is null
            ? System.IO.Path.Combine(RealPath(parent), System.IO.Path.GetFileName(path))
            : RealPath(target.FullName);
    }
}
