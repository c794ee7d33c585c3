namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Where the agent CLI keeps its files: <c>CLAUDE_CONFIG_DIR</c>, else <c>~/.claude</c>. Transcripts lie in
/// <c>projects/&lt;project directory&gt;/&lt;session id&gt;.jsonl</c> below it.
/// </summary>
internal sealed class TranscriptRoot
{
    public TranscriptRoot(IConfiguration configuration)
    {
        HomeDirectory = configuration["HOME"] is { Length: > 0 } home
            ? home
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var configured = configuration["CLAUDE_CONFIG_DIR"];
        IsConfigured = !string.IsNullOrEmpty(configured);
        ConfigDirectory = Path.GetFullPath(IsConfigured ? configured! : Path.Combine(HomeDirectory, ".claude"));
        ProjectsDirectory = Path.Combine(ConfigDirectory, "projects");
    }

    public string HomeDirectory { get; }

    public string ConfigDirectory { get; }

    /// <summary>Whether <c>CLAUDE_CONFIG_DIR</c> names it.</summary>
    public bool IsConfigured { get; }

    public string ProjectsDirectory { get; }

    /// <summary>
    /// Whether a path still lies in the projects folder once every symbolic link in it is followed. A link that leads out is
    /// nobody's transcript: it is not listed, not served and not deleted.
    /// </summary>
    public bool Holds(string path)
    {
        var root = RealPath.Resolve(ProjectsDirectory) + Path.DirectorySeparatorChar;
        return RealPath.Resolve(path).StartsWith(root, StringComparison.Ordinal);
    }
}
