using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Feed;

/// <summary>Says what there is to tell now.</summary>
internal interface IFeedSource
{
    /// <param name="before">What was told; the answer is the same object when there is nothing new.</param>
    FeedState Look(FeedState before);
}

/// <summary>Looks at the catalogue and at the live sessions. One look at a time.</summary>
internal sealed class FeedSource(SessionCatalog catalog, LiveSessionRegistry live, TimeProvider time) : IFeedSource
{
    // Kept from look to look; what is in them is not.
    private readonly List<LiveSession> _sessions = [];
    private readonly List<SessionActivity> _found = [];

    // Milliseconds, of which there are more than revisions: it rises from one life of the process to the next as well.
    private long _revision = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public FeedState Look(FeedState before)
    {
        var state = before;
        var standing = catalog.Stand();
        if (standing != state.Standing)
        {
            var isOther = state.Standing is not { } told || !ReferenceEquals(told.Snapshot, standing.Snapshot) || told.Rows != standing.Rows;
            _revision += isOther ? 1 : 0;
            state = state with { Standing = standing, Revision = _revision, List = FeedFrames.List(_revision, standing) };
        }

        var activities = LookAtSessions();
        return activities.IsSameAs(state.Activities)
            ? state
            : state with { Activities = activities, Activity = FeedFrames.Activity(activities) };
    }

    private LiveActivities LookAtSessions()
    {
        try
        {
            live.CopyTo(_sessions);
            foreach (var session in _sessions)
            {
                if (LiveActivities.StateOf(LiveActivity.Of(session)) is { } state)
                {
                    _found.Add(new SessionActivity(session.Id, state));
                }
            }

            return LiveActivities.Of(_found);
        }
        finally
        {
            _sessions.Clear();
            _found.Clear();
        }
    }
}
