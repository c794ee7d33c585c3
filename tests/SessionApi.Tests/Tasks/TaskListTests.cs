using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Tasks;

public sealed class TaskListTests
{
    private const string List = "6f1c0000-0000-4000-8000-000000000001";

    [Fact]
    public async Task Read_NoList_IsEmpty()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        Assert.Equal("""{"tasks":[]}""", (await client.GetJsonAsync($"/api/tasks/lists/{List}")).GetRawText());
    }

    [Fact]
    public async Task Read_Tasks_ComeByNumberAsTheyWereWritten()
    {
        await using var server = new SessionServer();
        Write(server, "10.json", """{"id":"10","subject":"ten","status":"pending","blocks":[]}""");
        Write(server, "2.json", """{"id":"2","subject":"two","status":"completed"}""");
        Write(server, "3.json", "{half");
        Write(server, ".highwatermark", "10");
        using var client = server.CreateClient();

        var tasks = (await client.GetJsonAsync($"/api/tasks/lists/{List}")).GetProperty("tasks");

        Assert.Equal(["two", "ten"], tasks.EnumerateArray().Select(task => task.GetProperty("subject").GetString()));
        Assert.Equal(List, tasks[0].GetProperty("taskListId").GetString());
    }

    [Fact]
    public async Task Reset_AllCompleted_EmptiesTheListAndElseNothing()
    {
        await using var server = new SessionServer();
        Write(server, "1.json", """{"id":"1","status":"completed"}""");
        Write(server, "2.json", """{"id":"2","status":"in_progress"}""");
        using var client = server.CreateClient();

        using var early = await client.PostAsync($"/api/tasks/lists/{List}/reset", null);
        await early.ErrorAsync(409, "CONFLICT");
        Assert.Equal(2, (await client.GetJsonAsync($"/api/tasks/lists/{List}")).GetProperty("tasks").GetArrayLength());

        Write(server, "2.json", """{"id":"2","status":"completed"}""");
        using var reset = await client.PostAsync($"/api/tasks/lists/{List}/reset", null);
        Assert.Equal("""{"ok":true}""", await reset.Content.ReadAsStringAsync());
        Assert.Equal("""{"tasks":[]}""", (await client.GetJsonAsync($"/api/tasks/lists/{List}")).GetRawText());
    }

    [Theory]
    [InlineData("..%2F..%2Fsecret")]
    [InlineData("a.b")]
    public async Task Read_IdThatIsNone_IsRefused(string id)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/api/tasks/lists/{id}");

        await response.ErrorAsync(400, "BAD_REQUEST");
    }

    private static void Write(SessionServer server, string name, string content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(server.Home.Config, "tasks", List));
        File.WriteAllText(Path.Combine(folder.FullName, name), content);
    }
}
