namespace Sidecar.Supervision.Containment;

/// <summary>Finds a program the way a shell does, before anything is started, so that "not found" is known for certain.</summary>
public static class ExecutablePath
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>
    /// The absolute path of <paramref name="command"/>: as it is when it holds a directory, else the first match on
    /// <paramref name="searchPath"/> (the form of <c>PATH</c>). Null when there is none that can be executed.
    /// </summary>
    public static string? Find(string command, string? searchPath)
    {
        if (HoldsDirectory(command))
        {
            var full = Path.GetFullPath(command);
            return IsExecutable(full) ? full : null;
        }

        foreach (var folder in Folders(searchPath))
        {
            foreach (var name in Names(command))
            {
                var candidate = Path.Combine(folder, name);
                if (IsExecutable(candidate))
                {
                    return Path.GetFullPath(candidate);
                }
            }
        }

        return null;
    }

    /// <summary>Where <see cref="Find"/> looks: the folders of <paramref name="searchPath"/>, or the one path that the command names.</summary>
    public static IReadOnlyList<string> PlacesOf(string command, string? searchPath) =>
        HoldsDirectory(command) ? [Path.GetFullPath(command)] : Folders(searchPath);

    private static bool HoldsDirectory(string command) =>
        command.Contains(Path.DirectorySeparatorChar) || command.Contains(Path.AltDirectorySeparatorChar);

    private static string[] Folders(string? searchPath) => (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    // Windows finds `claude` as claude.exe or claude.cmd.
    private static string[] Names(string command) =>
        OperatingSystem.IsWindows() ? [command, command + ".exe", command + ".cmd"] : [command];

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0);
}
