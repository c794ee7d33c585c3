using Sidecar.SessionApi.Chat;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Feed;

/// <summary>What live sessions do, those first that want a person most.</summary>
/// <param name="sessions">In a fixed order, so that the same is equal.</param>
/// <param name="isCut">There are more than may be told.</param>
internal sealed class LiveActivities(SessionActivity[] sessions, bool isCut)
{
    /// <summary>How many sessions are told of.</summary>
    public const int MaxSessions = 1000;

    public const string Open = "open";

    private static readonly string[] Order = [ChatStatus.Waiting, ChatStatus.Running, ChatStatus.Failed, Open];

    public IReadOnlyList<SessionActivity> Sessions => sessions;

    public bool IsCut => isCut;

    /// <summary>Of the sessions that have something to tell. The list is used up.</summary>
    public static LiveActivities Of(List<SessionActivity> found)
    {
        found.Sort(Compare);
        var isCut = found.Count > MaxSessions;
        return new LiveActivities([.. isCut ? found[..MaxSessions] : found], isCut);
    }

    /// <summary>What is told of a session; null for nothing.</summary>
    public static string? StateOf(LiveActivity live) => live switch
    {
        { IsStopped: true, HasTurn: false, Works: true } => ChatStatus.Running, // what the turn had begun in the background goes on
        _ when ChatStatus.ActivityOf(live) is var activity && activity != ChatStatus.Idle => activity,
        { HasAgent: true } => Open,
        _ => null,
    };

    public bool IsSameAs(LiveActivities? other) => other is not null && isCut == other.IsCut && sessions.SequenceEqual(other.Sessions);

    private static int Compare(SessionActivity x, SessionActivity y)
    {
        var byState = Array.IndexOf(Order, x.State).CompareTo(Array.IndexOf(Order, y.State));
        return byState != 0 ? byState : string.CompareOrdinal(x.SessionId, y.SessionId);
    }
}

/// <param name="SessionId">Whose.</param>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>failed</c> or <c>open</c>.</param>
internal readonly record struct SessionActivity(string SessionId, string State);
