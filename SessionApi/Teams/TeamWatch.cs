using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Teams;

/// <summary>
/// Tells the clients of a session what happens to the team that it leads. The files are looked at by and by, and only while clients are
/// there; a team whose session has none is only known, and is told as a new one when they come.
/// </summary>
internal sealed partial class TeamWatch(
    TeamFiles files,
    LiveSessionRegistry sessions,
    TeamBounds bounds,
    IOptions<TeamOptions> configured,
    TimeProvider time,
    ILogger<TeamWatch> logger) : BackgroundService
{
    private readonly Dictionary<string, WatchedTeam> _teams = new(StringComparer.Ordinal);

    /// <summary>One look at all teams. Not for concurrent use.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var folders = sessions.HasClients ? files.Folders() : [];
        foreach (var gone in _teams.Keys.Except(folders, StringComparer.Ordinal).ToList())
        {
            _teams.Remove(gone, out var watched);
            bounds.Watched.Remove(1);
            Tell(watched!.Shown, TeamFrames.Deleted);
        }

        foreach (var folder in folders)
        {
            if (!_teams.TryGetValue(folder, out var watched))
            {
                _teams.Add(folder, watched = new WatchedTeam());
                bounds.Watched.Add(1);
            }

            await LookAsync(folder, watched, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(configured.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.LookFailed(logger, exception); // the next look may do better
            }
        }
    }

    private async Task LookAsync(string folder, WatchedTeam watched, CancellationToken cancellationToken)
    {
        var stamp = files.StampOf(folder);
        if (stamp != watched.Stamp && await files.ReadTeamAsync(folder, cancellationToken) is { } read)
        {
            (watched.Stamp, watched.Team) = (stamp, read); // one that is half written is read again
        }

        if (watched.Shown is { } before && before.IncarnationId != watched.Team!.IncarnationId)
        {
            Tell(before, TeamFrames.Deleted); // another has its name
            watched.Shown = null;
        }

        if (watched.Team is not { } team || !sessions.HasClientsOf(team.LeadSessionId))
        {
            watched.Shown = null;
            return;
        }

        var work = files.WorkStampOf(folder);
        if (watched.Shown is null)
        {
            Tell(team, TeamFrames.Created);
        }
        else
        {
            var isChanged = watched.Shown != team;
            if (isChanged)
            {
                Tell(team, TeamFrames.Updated);
            }

            if (isChanged || work != watched.WorkStamp)
            {
                Tell(team, TeamFrames.WorkbenchUpdated);
            }
        }

        (watched.Shown, watched.WorkStamp) = (team, work);
    }

    private void Tell(Team? team, Func<Team, ReadOnlyMemory<byte>> frame)
    {
        if (team is not null)
        {
            sessions.Broadcast(team.LeadSessionId, frame(team));
        }
    }

    private sealed class WatchedTeam
    {
        /// <summary>Of the file that <see cref="Team"/> was read from.</summary>
        public TeamStamp Stamp { get; set; }

        /// <summary>As it was read last.</summary>
        public Team? Team { get; set; }

        /// <summary>As its clients know it; null when they do not.</summary>
        public Team? Shown { get; set; }

        /// <summary>Of the tasks and inboxes that they know.</summary>
        public int WorkStamp { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A look at the teams of agents failed.")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
