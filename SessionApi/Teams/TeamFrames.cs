using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Teams;

/// <summary>What the clients of a team's leading session are told of it.</summary>
internal static class TeamFrames
{
    public static ReadOnlyMemory<byte> Created(Team team) => About(team, "team_created");

    public static ReadOnlyMemory<byte> Deleted(Team team) => About(team, "team_deleted");

    /// <summary>Its members, tasks or messages have changed: clients ask for the workbench again.</summary>
    public static ReadOnlyMemory<byte> WorkbenchUpdated(Team team) => About(team, "team_workbench_updated");

    public static ReadOnlyMemory<byte> Updated(Team team) => Frame.Of("team_update", team, static (json, updated) =>
    {
        updated.WriteIdentity(json);
        json.WriteStartArray("members"u8);
        foreach (var member in updated.Members)
        {
            member.WriteStatus(json);
        }

        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> About(Team team, string type) => Frame.Of(type, team, static (json, it) => it.WriteIdentity(json));
}
