namespace Sidecar.SessionApi.Transcripts;

/// <summary>New values of a session's metadata. What is null stays as it is.</summary>
internal sealed record SessionMetaChange
{
    public string? WorkDir { get; init; }

    public string? PermissionMode { get; init; }

    /// <summary>Whether the runtime is set; a null <see cref="RuntimeProviderId"/> then means the official provider.</summary>
    public bool SetsRuntime { get; init; }

    public string? RuntimeProviderId { get; init; }

    public string? RuntimeModelId { get; init; }

    public string? EffortLevel { get; init; }

    /// <summary>The repository that the session was launched in, as JSON.</summary>
    public byte[]? Repository { get; init; }

    /// <summary>The message that asked for the conversation to be cleared.</summary>
    public string? ClearedBy { get; init; }

    /// <summary>Whether a transcript already says all of it.</summary>
    public bool IsAlreadyIn(TranscriptFold fold) =>
        (WorkDir is null || WorkDir == fold.Meta.WorkDir)
        && (PermissionMode is null || PermissionMode == fold.Meta.PermissionMode)
        && (EffortLevel is null || EffortLevel == fold.Meta.EffortLevel)
        && (!SetsRuntime
            || (fold.Meta.HasRuntimeProvider && RuntimeProviderId == fold.Meta.RuntimeProviderId && RuntimeModelId == fold.Meta.RuntimeModelId));
}
