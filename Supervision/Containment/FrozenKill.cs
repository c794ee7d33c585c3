using System.Runtime.Versioning;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Kills what is there now. Processes that fork faster than they die are frozen first, round after round until no new one appears: who is frozen
/// forks no more.
/// </summary>
/// <param name="find">Looks who is there.</param>
/// <param name="send">Sends a signal, see <see cref="Signals.Send"/>.</param>
[UnsupportedOSPlatform("windows")]
internal sealed class FrozenKill(Func<IReadOnlyList<ProcessIdentity>> find, Func<ProcessIdentity, Signal, bool> send)
{
    // A fork in the moment of the freeze makes another round; more than a few mean that something else is wrong.
    private const int MaxRounds = 20;

    /// <summary>One kill of all. To be repeated, with a pause, until it finds nobody.</summary>
    /// <returns>Whom it found.</returns>
    public IReadOnlyList<ProcessIdentity> Strike()
    {
        var frozen = new HashSet<ProcessIdentity>();
        var members = find();
        for (var round = 0; round < MaxRounds && members.Where(frozen.Add).ToList() is { Count: > 0 } fresh; round++)
        {
            fresh.ForEach(member => send(member, Signal.Freeze));
            members = find();
        }

        foreach (var member in members)
        {
            send(member, Signal.Kill);
        }

        return [.. frozen.Union(members)];
    }
}
