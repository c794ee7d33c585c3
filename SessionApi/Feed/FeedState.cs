using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Feed;

/// <summary>What subscribers are to know at one moment. Never changes; the frames of the next one are the same objects unless they say something else.</summary>
internal sealed record FeedState
{
    /// <summary>Nothing is known yet.</summary>
    public static readonly FeedState Unknown = new();

    /// <summary>The list that <see cref="List"/> tells of.</summary>
    public CatalogStanding? Standing { get; init; }

    public long Revision { get; init; }

    /// <summary>What <see cref="Activity"/> tells.</summary>
    public LiveActivities? Activities { get; init; }

    /// <summary>The frame <c>list</c>; null while nothing is known.</summary>
    public byte[]? List { get; init; }

    /// <summary>The frame <c>activity</c>.</summary>
    public byte[]? Activity { get; init; }
}
