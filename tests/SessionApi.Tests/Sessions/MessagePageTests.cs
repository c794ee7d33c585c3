using System.Text;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class MessagePageTests
{
    private const string Path = $"/api/sessions/{TranscriptHome.Id}/messages";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public async Task Pages_FromTheNewestToTheFirst_GiveTheWholeTranscript(int limit)
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, [.. Enumerable.Range(0, 60).SelectMany(Turn)]);
        using var client = server.CreateClient();
        var whole = Ids(await client.GetJsonAsync(Path));

        var read = await ReadBackAsync(client, limit);

        Assert.Equal(whole, read.SelectMany(page => page));
        Assert.All(read, page => Assert.InRange(page.Count, 0, limit));
        Assert.All(read.Skip(1), page => Assert.Equal(limit, page.Count));
    }

    [Fact]
    public async Task Page_NoBefore_IsTheNewestWithoutATornLastLine()
    {
        await using var server = new SessionServer();
        server.Home.WriteBytes(
            TranscriptHome.Id, Encoding.UTF8.GetBytes(TranscriptHome.User("a") + "\n" + TranscriptHome.User("bb") + "\n" + TranscriptHome.User("ccc")));
        using var client = server.CreateClient();

        var page = await client.GetJsonAsync($"{Path}?limit=1");

        Assert.Equal(["u-2"], Ids(page));
        Assert.Equal(TranscriptHome.User("a").Length + 1, page.GetProperty("nextBefore").GetInt64());
        Assert.Equal(["messages", "taskNotifications", "nextBefore"], page.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Page_AfterANotificationBeforeIt_HidesWhatTheWholeTranscriptHides()
    {
        await using var server = new SessionServer();
        server.Home.Write(
            TranscriptHome.Id,
            TranscriptHome.User("ask"),
            TranscriptHome.User("<task-notification><task-id>k</task-id><tool-use-id>t</tool-use-id><status>completed</status></task-notification>"),
            TranscriptHome.Assistant("hidden"),
            TranscriptHome.Assistant("hidden too"),
            TranscriptHome.User("person"),
            TranscriptHome.Assistant("shown"));
        using var client = server.CreateClient();

        var read = await ReadBackAsync(client, limit: 3);

        Assert.Equal(Ids(await client.GetJsonAsync(Path)), read.SelectMany(page => page));
        Assert.Equal(["u-3", "u-6", "a-5"], read.SelectMany(page => page));
        Assert.Equal([], Ids(await client.GetJsonAsync($"{Path}?limit=1&before={OffsetOf(server.Home, "person")}")));
    }

    [Fact]
    public async Task Page_LineAcrossManyBlocks_IsWhole()
    {
        await using var server = new SessionServer();
        var text = new string('x', 3_000_000);
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("first"), TranscriptHome.User(text), TranscriptHome.User("last"));
        using var client = server.CreateClient();

        var page = await client.GetJsonAsync($"{Path}?limit=2");

        Assert.Equal([text, "last"], page.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()));
    }

    [Theory]
    [InlineData("limit=0", "Invalid limit parameter: \"0\" is not a whole number from 1 to 500")]
    [InlineData("limit=501", "Invalid limit parameter: \"501\" is not a whole number from 1 to 500")]
    [InlineData("limit=ten", "Invalid limit parameter: \"ten\" is not a whole number from 1 to 500")]
    [InlineData("limit=", "Invalid limit parameter: \"\" is not a whole number from 1 to 500")]
    [InlineData("before=-1", "Invalid before parameter: \"-1\" is not a whole number from 0 on")]
    [InlineData("before=1.5&limit=2", "Invalid before parameter: \"1.5\" is not a whole number from 0 on")]
    public async Task Page_BadValue_NamesFieldValueAndWhatIsAllowed(string query, string message)
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("a"));
        using var client = server.CreateClient();

        using var answer = await client.GetAsync($"{Path}?{query}");

        Assert.Equal(message, await answer.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Theory]
    [InlineData("before=0")]
    [InlineData("before=5")]
    public async Task Page_BeforeTheFirstLineEnds_IsEmptyAndTheLast(string query)
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("a"));
        using var client = server.CreateClient();

        var page = await client.GetJsonAsync($"{Path}?{query}");

        Assert.Empty(Ids(page));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("nextBefore").ValueKind);
    }

    // A turn as it lies in a file: a prompt, an answer, a tool's result, and much that is no message.
    private static IEnumerable<string> Turn(int number) =>
    [
        """{"type":"queue-operation","operation":"enqueue"}""",
        $$$"""{"type":"user","message":{"role":"user","content":"Prompt {{{number}}}"},"uuid":"p{{{number}}}","timestamp":"t"}""",
        $$$"""{"message":{"role":"assistant","content":[{"type":"tool_use","id":"t{{{number}}}","name":"Bash","input":{"command":"{{{new string('y', number * 400)}}}"}}]},"type":"assistant","uuid":"a{{{number}}}","timestamp":"t"}""",
        $$$"""{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t{{{number}}}","content":"ok"}]},"uuid":"r{{{number}}}","timestamp":"t"}""",
        """{"type":"user","isMeta":true,"message":{"role":"user","content":"caveat"}}""",
        "torn {\"type\":",
    ];

    private static async Task<List<List<string?>>> ReadBackAsync(HttpClient client, int limit)
    {
        var pages = new List<List<string?>>();
        var query = $"?limit={limit}";
        while (true)
        {
            var page = await client.GetJsonAsync(Path + query);
            pages.Insert(0, Ids(page));
            if (page.GetProperty("nextBefore").ValueKind == JsonValueKind.Null)
            {
                return pages;
            }

            query = $"?limit={limit}&before={page.GetProperty("nextBefore").GetInt64()}";
        }
    }

    private static List<string?> Ids(JsonElement answer) =>
        [.. answer.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetString())];

    private static int OffsetOf(TranscriptHome home, string text)
    {
        var content = File.ReadAllText(home.PathOf(TranscriptHome.Id));
        return content.LastIndexOf('\n', content.IndexOf($"\"{text}\"", StringComparison.Ordinal)) + 1;
    }
}
