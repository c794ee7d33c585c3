using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Transcripts;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class ProjectListTests
{
    [Fact]
    public async Task Projects_OfAllKinds_AreWhatTheListHasOfEach()
    {
        await using var server = Server();
        var cut = new string('a', 200);
        Write(server, "-home-ana-app", 1, "2026-04-01T10:00:00.000Z");
        Write(server, "-home-ana-app", 2, "2026-04-05T10:00:00.000Z");
        Write(server, "-home-ana-lib", 3, "2026-04-03T10:00:00.000Z");
        Write(server, cut + "-x1", 4, "2026-04-02T10:00:00.000Z"); // two directories of one long path
        Write(server, cut + "-y2", 5, "2026-04-04T10:00:00.000Z");
        Write(server, "made.by_hand", 6, "2026-03-01T10:00:00.000Z"); // no path has this directory
        using var client = server.CreateClient();
        await server.Services.GetRequiredService<SessionCatalog>().Built;

        var answer = await client.GetJsonAsync("/api/projects");
        var list = await client.GetJsonAsync("/api/sessions?limit=100");

        Assert.Equal(["projects", "total", "index"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(list.GetProperty("total").GetInt32(), answer.GetProperty("total").GetInt32());
        Assert.Equal(list.GetProperty("index").GetRawText(), answer.GetProperty("index").GetRawText());
        var projects = answer.GetProperty("projects").EnumerateArray().ToList();
        Assert.Equal(["-home-ana-app", cut + "-y2", "-home-ana-lib", "made.by_hand"], projects.Select(project => Text(project, "projectPath")));
        foreach (var project in projects)
        {
            var rows = await client.GetJsonAsync("/api/sessions?project=" + Uri.EscapeDataString(Text(project, "projectPath")));
            var newest = rows.GetProperty("sessions")[0];
            Assert.Equal(rows.GetProperty("total").GetInt32(), project.GetProperty("sessionCount").GetInt32());
            Assert.Equal((Text(newest, "workDir"), Text(newest, "modifiedAt")), (Text(project, "workDir"), Text(project, "modifiedAt")));
        }
    }

    [Fact]
    public async Task Projects_AskedAgain_AreUnchangedUntilASessionChanges()
    {
        await using var server = Server();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await server.Services.GetRequiredService<SessionCatalog>().Built;
        using var first = await client.GetAsync("/api/projects");
        var tag = first.Headers.ETag!;

        using var same = await AskAsync(client, tag.Tag);
        using var patched = await client.PatchAsync($"/api/sessions/{TranscriptHome.Id}", HttpAnswers.Json("""{"title":"new"}"""));
        using var other = await AskAsync(client, tag.Tag);

        Assert.False(tag.IsWeak);
        Assert.Equal("no-cache, private", first.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.NotEqual(tag, other.Headers.ETag);
    }

    [Fact]
    public async Task Projects_None_AreEmpty()
    {
        await using var server = Server();
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync("/api/projects");

        Assert.Equal((0, 0), (answer.GetProperty("projects").GetArrayLength(), answer.GetProperty("total").GetInt32()));
    }

    // The size of what is stored is in the answers, and changes by itself.
    private static SessionServer Server() => new(("Sidecar:Sessions:Index:Persist", "false"));

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/projects");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await client.SendAsync(request);
    }

    private static void Write(SessionServer server, string directory, int number, string time)
    {
        var folder = Directory.CreateDirectory(Path.Combine(server.Home.Config, "projects", directory)).FullName;
        File.WriteAllText(Path.Combine(folder, $"6f1c0000-0000-4000-8000-{number:d12}.jsonl"), TranscriptHome.User("x", time) + "\n");
    }

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;
}
