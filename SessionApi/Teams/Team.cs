using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Teams;

/// <summary>
/// A team of agents, as the agent CLI writes it to <c>teams/{folder}/config.json</c>:
/// <c>{"name":…,"description":…,"createdAt":…,"leadAgentId":…,"leadSessionId":…,"members":[…]}</c>.
/// </summary>
/// <param name="Folder">The name of its folder, which its tasks have too.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="CreatedAt">In milliseconds since 1970.</param>
/// <param name="LeadAgentId">The agent that leads it.</param>
/// <param name="LeadSessionId">The session of that agent: its clients see the team.</param>
/// <param name="Members">Its agents, the leading one among them.</param>
internal sealed record Team(
    string Folder, string Name, string? Description, long CreatedAt, string LeadAgentId, string LeadSessionId, IReadOnlyList<TeamMember> Members)
{
    /// <summary>Tells this team from others that had or will have its name, as clients do.</summary>
    public string IncarnationId { get; } = Hash(Name, LeadSessionId, CreatedAt);

    /// <summary>Reads a team; null when the text is none, or names no leading session.</summary>
    public static Team? Parse(string folder, JsonElement config) =>
        config.Text("leadSessionId"u8) is not { Length: > 0 } lead ? null : new Team(
            folder,
            config.Text("name"u8) is { Length: > 0 } name ? name : folder,
            config.Text("description"u8),
            config.Number("createdAt"u8) ?? 0,
            config.Text("leadAgentId"u8) ?? "",
            lead,
            [.. MembersOf(config)]);

    /// <summary>What every frame about the team says of it.</summary>
    public void WriteIdentity(Utf8JsonWriter json)
    {
        json.WriteString("teamName"u8, Name);
        json.WriteString("incarnationId"u8, IncarnationId);
        json.WriteString("leadSessionId"u8, LeadSessionId);
        json.WriteNumber("createdAt"u8, CreatedAt);
    }

    /// <summary>The whole team, of the workbench.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, Name);
        if (Description is not null)
        {
            json.WriteString("description"u8, Description);
        }

        json.WriteNumber("createdAt"u8, CreatedAt);
        json.WriteString("incarnationId"u8, IncarnationId);
        json.WriteNumber("memberCount"u8, Members.Count);
        json.WriteNumber("activeMemberCount"u8, Members.Count(member => member.IsRunning));
        json.WriteString("leadAgentId"u8, LeadAgentId);
        json.WriteString("leadSessionId"u8, LeadSessionId);
        json.WriteStartArray("members"u8);
        foreach (var member in Members)
        {
            member.Write(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<TeamMember> MembersOf(JsonElement config)
    {
        foreach (var item in config.Items("members"u8))
        {
            if (TeamMember.Parse(item) is { } member)
            {
                yield return member;
            }
        }
    }

    private static string Hash(string name, string lead, long createdAt) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{lead}\n{createdAt}"))));
}
