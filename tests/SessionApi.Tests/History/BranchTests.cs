using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.History;

public sealed class BranchTests
{
    private static string Route(string id) => $"/api/sessions/{id}/branch";

    [Fact]
    public async Task Branch_UpToAMessage_IsASessionOfItsOwn()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        talk.Lines.Add("""{"type":"custom-title","customTitle":"Mine","sessionId":"s"}""");
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "a\n");
        var target = talk.Answer("done");
        talk.Say("second");
        talk.Lines.Add(JsonSerializer.Serialize(new { type = "session-meta", isMeta = true, workDir = server.Home.WorkDir, permissionMode = "plan" }));
        talk.Save();
        var before = File.ReadAllBytes(talk.Path);

        var answer = await client.PostJsonAsync(Route(talk.Id), $$"""{"targetMessageId":"{{target}}"}""", status: 201);

        var id = answer.GetProperty("sessionId").GetString()!;
        Assert.Equal(
            $$"""{"sessionId":"{{id}}","title":"Mine (Branch)","workDir":"{{server.Home.WorkDir}}","sourceSessionId":"{{talk.Id}}","targetMessageId":"{{target}}"}""",
            answer.GetRawText());
        Assert.Equal(before, File.ReadAllBytes(talk.Path));
        Assert.Equal((await client.MessageIdsAsync(talk.Id)).Take(3), await client.MessageIdsAsync(id));
        var row = (await client.GetJsonAsync("/api/sessions")).GetProperty("sessions").EnumerateArray().Single(item => item.GetProperty("id").GetString() == id);
        Assert.Equal(("Mine (Branch)", "plan"), (row.GetProperty("title").GetString(), row.GetProperty("permissionMode").GetString()));
        var lines = File.ReadAllLines(server.Home.PathOf(id)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(lines.Where(line => line.TryGetProperty("uuid", out _)), line =>
        {
            Assert.Equal(id, line.GetProperty("sessionId").GetString());
            Assert.Equal(
                $$"""{"sessionId":"{{talk.Id}}","messageUuid":"{{line.GetProperty("uuid").GetString()}}"}""", line.GetProperty("forkedFrom").GetRawText());
        });
        Assert.Equal(2, lines.Count(line => line.GetProperty("type").GetString() == "file-history-snapshot")); // the second message's is not among them
        Assert.Equal(2, Directory.GetFiles(server.Home.Project).Length);
    }

    [Fact]
    public async Task Branch_ThenRewind_BringsFilesBackFromWhatTheFirstSessionKept()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        File.WriteAllText(talk.Work("a.txt"), "a\n");
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "b\n");
        var target = talk.Answer("done");
        talk.Save();
        var branch = await client.PostJsonAsync(Route(talk.Id), $$"""{"targetMessageId":"{{target}}","title":" Other way "}""", status: 201);

        await client.PostJsonAsync($"/api/sessions/{branch.GetProperty("sessionId").GetString()}/rewind", """{"userMessageIndex":0}""");

        Assert.Equal("Other way", branch.GetProperty("title").GetString());
        Assert.Equal("a\n", File.ReadAllText(talk.Work("a.txt")));
        Assert.Equal(3, (await client.MessageIdsAsync(talk.Id)).Count);
    }

    [Theory]
    [InlineData("{}", "targetMessageId (string) is required in request body and must not be empty")]
    [InlineData("""{"targetMessageId":"nobody"}""", "targetMessageId \"nobody\" is no message of this session")]
    [InlineData("""{"targetMessageId":"side"}""", "targetMessageId \"side\" is a message of an agent that the session started; a branch begins at the session's own messages")]
    [InlineData("""{"targetMessageId":"u-1","title":1}""", "title must be a string, not Number")]
    public async Task Branch_BadRequest_SaysWhatIsWrong(string body, string message)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(
            TranscriptHome.Id,
            TranscriptHome.User("1"),
            """{"type":"user","message":{"role":"user","content":"work"},"uuid":"side","isSidechain":true}""");

        using var answer = await client.PostAsync(Route(TranscriptHome.Id), body);

        Assert.Equal(message, await answer.ErrorAsync(400, "BAD_REQUEST"));
        Assert.Single(Directory.GetFiles(server.Home.Project));
    }

    [Fact]
    public async Task Branch_UnknownSession_Is404()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var answer = await client.PostAsync(Route(TranscriptHome.OtherId), """{"targetMessageId":"x"}""");

        await answer.ErrorAsync(404, "NOT_FOUND");
    }
}
