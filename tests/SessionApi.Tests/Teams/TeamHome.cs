using System.Text.Json;

namespace Sidecar.Tests.SessionApi.Teams;

/// <summary>The files of teams in a config folder, as an agent CLI writes them.</summary>
internal sealed class TeamHome(string config)
{
    public const string Lead = "lead-session";

    private int _writes;

    /// <summary>Writes a team of which the second member is in the middle of a turn, or not.</summary>
    public void WriteTeam(string name = "crew", string lead = Lead, long createdAt = 5, bool active = true) => Write(
        Path.Combine("teams", name, "config.json"),
        $$"""
        {"name":"{{name}}","description":"Builds","createdAt":{{createdAt}},"leadAgentId":"team-lead@{{name}}","leadSessionId":"{{lead}}","members":[
          {"agentId":"team-lead@{{name}}","name":"team-lead","agentType":"team-lead","joinedAt":5,"cwd":"/w","tmuxPaneId":""},
          {"agentId":"ann@{{name}}","name":"ann","agentType":"general-purpose","model":"m","color":"blue","joinedAt":6,"cwd":"/w","backendType":"in-process","isActive":{{(active ? "true" : "false")}},"sessionId":"s2"}]}
        """);

    public void WriteTask(string id, string members = """ "status":"pending" """, string team = "crew") =>
        Write(Path.Combine("tasks", team, $"{id}.json"), $$"""{"id":"{{id}}","subject":"Task {{id}}",{{members.Trim()}}}""");

    public void WriteInbox(string member, string messages, string team = "crew") => Write(Path.Combine("teams", team, "inboxes", $"{member}.json"), messages);

    public void Delete(string team = "crew") => Directory.Delete(Path.Combine(config, "teams", team), recursive: true);

    public void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(config, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
        file.LastWriteTimeUtc = DateTime.UnixEpoch.AddDays(++_writes); // each write is later than the last, however coarse the clock of the disk is
    }

    public static string[] Names(JsonElement items, string member) => [.. items.EnumerateArray().Select(item => item.GetProperty(member).GetString()!)];
}
