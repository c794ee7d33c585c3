namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// The settings of a session, as its <c>session-meta</c> and <c>worktree-state</c> lines give them. The last valid value of
/// each wins.
/// </summary>
internal sealed partial class SessionMetadata
{
    public string? WorkDir { get; private set; }

    public string? PermissionMode { get; private set; }

    public string? EffortLevel { get; private set; }

    /// <summary>Whether a provider was ever recorded; null then means the official one.</summary>
    public bool HasRuntimeProvider { get; private set; }

    public string? RuntimeProviderId { get; private set; }

    public string? RuntimeModelId { get; private set; }

    /// <summary>The repository that the session was launched in.</summary>
    public string? RepositoryRoot { get; private set; }

    /// <summary>The worktree that the session works in.</summary>
    public string? WorktreePath { get; private set; }

    /// <summary>The directory that the worktree was made from.</summary>
    public string? WorktreeOriginalCwd { get; private set; }

    /// <summary>Takes a <c>session-meta</c> line.</summary>
    public void Fold(ReadOnlySpan<byte> line, in TranscriptLine entry)
    {
        WorkDir = entry.WorkDir.IsText(line) ? entry.WorkDir.Text(line) : WorkDir;
        PermissionMode = entry.PermissionMode.Text(line) is { } mode && PermissionModes.IsValid(mode) ? mode : PermissionMode;
        EffortLevel = entry.EffortLevel.Text(line) is { } level && EffortLevels.IsValid(level) ? level : EffortLevel;
        if (entry.RuntimeProviderId.IsText(line) || entry.RuntimeProviderId.IsNull(line))
        {
            HasRuntimeProvider = true;
            RuntimeProviderId = entry.RuntimeProviderId.Text(line);
        }

        if (entry.RuntimeModelId.IsText(line) || entry.RuntimeModelId.IsNull(line))
        {
            RuntimeModelId = entry.RuntimeModelId.Text(line);
        }

        if (entry.Repository.IsPresent)
        {
            RepositoryRoot = Member(line, entry.Repository, "repoRoot"u8);
        }
    }

    /// <summary>Takes the <c>worktreeSession</c> of a <c>worktree-state</c> line; null clears it.</summary>
    public void FoldWorktree(ReadOnlySpan<byte> line, JsonSlice session)
    {
        WorktreeOriginalCwd = Member(line, session, "originalCwd"u8);
        WorktreePath = Member(line, session, "worktreePath"u8);
    }

    private static string? Member(ReadOnlySpan<byte> line, JsonSlice parent, ReadOnlySpan<byte> wanted)
    {
        if (!parent.IsPresent || line[parent.Start] != '{')
        {
            return null;
        }

        var members = new JsonObjectWalker(line, parent.Start);
        while (members.Next(out var name, out var value))
        {
            if (name.SequenceEqual(wanted))
            {
                return value.IsText(line) ? value.Text(line) : null;
            }
        }

        return null;
    }
}
