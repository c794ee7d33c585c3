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
        if (command.Contains(Path.DirectorySeparatorChar) || command.Contains(Path.AltDirectorySeparatorChar))
        {
            var full = Path.GetFullPath(command);
            return IsExecutable(full) ? full : null;
        }

        foreach (var folder in (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
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

    // Windows finds `claude` as claude.exe or claude.cmd.
    private static string[] Names(string command) =>
        OperatingSystem.IsWindows() ? [command, command + ".exe", command + ".cmd"] : [command];

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0);
}
