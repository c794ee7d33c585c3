using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Teams;

/// <summary><c>/api/teams/session/{id}/workbench</c>: the team that a session leads, with its tasks and messages, as it is now.</summary>
internal static class TeamEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder routes) => routes.MapGet("/api/teams/session/{id}/workbench", FindWorkbench)
        .Describe(
            "readTeamWorkbench",
            "The newest team that a session leads as {sessionId, teamName, incarnationId, snapshots: [{version, generatedAt, team, tasks, messages}], source}. "
            + "404 for a session that leads none.")
        .Query("teamName", "string", "Only the team of this name.")
        .Query("incarnationId", "string", "Only the team that was made with this id.")
        .Answers()
        .Fails(404);

    internal static async Task<IResult> FindWorkbench(
        string id,
        [FromQuery] string? teamName,
        [FromQuery] string? incarnationId,
        TeamFiles files,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        Team? newest = null;
        foreach (var folder in files.Folders())
        {
            if (await files.ReadTeamAsync(folder, cancellationToken) is { } team
                && team.LeadSessionId.Equals(id, StringComparison.OrdinalIgnoreCase)
                && (teamName is null || team.Name == teamName)
                && (incarnationId is null || team.IncarnationId == incarnationId)
                && !(team.CreatedAt < newest?.CreatedAt))
            {
                newest = team;
            }
        }

        return newest is null
            ? ApiError.NotFound($"Session {id} leads no such team of agents")
            : TypedResults.Bytes(await WriteAsync(newest, files, time.GetUtcNow(), cancellationToken), "application/json; charset=utf-8");
    }

    private static async Task<ReadOnlyMemory<byte>> WriteAsync(Team team, TeamFiles files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The content first: its hash is the version, by which clients tell one that they have.
        var content = await WriteContentAsync(team, files, cancellationToken);
        return Frame.Object((team, content, now), static (json, workbench) =>
        {
            json.WriteString("sessionId"u8, workbench.team.LeadSessionId);
            json.WriteString("teamName"u8, workbench.team.Name);
            json.WriteString("incarnationId"u8, workbench.team.IncarnationId);
            json.WriteStartArray("snapshots"u8);
            json.WriteStartObject();
            json.WriteString("version"u8, Convert.ToHexStringLower(SHA256.HashData(workbench.content.Span)));
            json.WriteString("generatedAt"u8, workbench.now.UtcDateTime);
            using var parsed = JsonDocument.Parse(workbench.content, new JsonDocumentOptions { MaxDepth = Frame.MaxDepth });
            json.WriteRaw("team"u8, parsed.RootElement.Member("team"u8));
            json.WriteRaw("tasks"u8, parsed.RootElement.Member("tasks"u8));
            json.WriteRaw("messages"u8, parsed.RootElement.Member("messages"u8));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("source"u8, "live"u8);
        });
    }

    private static async Task<ReadOnlyMemory<byte>> WriteContentAsync(Team team, TeamFiles files, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer, Frame.WriterOptions);
        json.WriteStartObject();
        json.WritePropertyName("team"u8);
        team.Write(json);
        await new TeamTasks(files).WriteAsync(team.Folder, json, cancellationToken);
        await new TeamMessages(files).WriteAsync(team.Folder, json, cancellationToken);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        return buffer.WrittenMemory;
    }
}
