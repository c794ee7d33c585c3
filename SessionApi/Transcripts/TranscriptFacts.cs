namespace Sidecar.SessionApi.Transcripts;

/// <summary>What a transcript says about its session at the moment of reading.</summary>
internal sealed record TranscriptFacts
{
    /// <summary>The title of a session that nothing gives one.</summary>
    public const string UntitledSession = "Untitled Session";

    /// <summary>The file that holds the transcript now.</summary>
    public required string Path { get; init; }

    public required string SessionId { get; init; }

    public required string WorkDir { get; init; }

    /// <summary>Entries that are not meta. With none there is nothing to resume: the transcript is a placeholder.</summary>
    public required int TranscriptMessageCount { get; init; }

    /// <summary>The count that the session list shows.</summary>
    public required int MessageCount { get; init; }

    public required string Title { get; init; }

    public required bool HasCustomTitle { get; init; }

    /// <summary>Whether the title comes from the transcript, not from the fallback.</summary>
    public required bool HasTitle { get; init; }

    public string? PermissionMode { get; init; }

    /// <summary>Whether a provider was recorded; a null <see cref="RuntimeProviderId"/> then means the official one.</summary>
    public required bool HasRuntimeProvider { get; init; }

    public string? RuntimeProviderId { get; init; }

    public string? RuntimeModelId { get; init; }

    public string? EffortLevel { get; init; }

    public required long LengthBytes { get; init; }

    /// <summary>The facts of a transcript that exists.</summary>
    public static TranscriptFacts Of(TranscriptLocation location, TranscriptFile file)
    {
        var fold = file.Fold ?? throw new InvalidOperationException($"{location.MainPath} was not read.");
        return new TranscriptFacts
        {
            Path = file.CurrentPath,
            SessionId = location.SessionId,
            WorkDir = fold.WorkDirIn(location),
            TranscriptMessageCount = fold.TranscriptMessageCount,
            MessageCount = fold.MessageCount,
            Title = fold.Title ?? UntitledSession,
            HasCustomTitle = fold.HasCustomTitle,
            HasTitle = fold.Title is not null,
            PermissionMode = fold.Meta.PermissionMode,
            HasRuntimeProvider = fold.Meta.HasRuntimeProvider,
            RuntimeProviderId = fold.Meta.RuntimeProviderId,
            RuntimeModelId = fold.Meta.RuntimeModelId,
            EffortLevel = fold.Meta.EffortLevel,
            LengthBytes = file.LengthBytes,
        };
    }
}
