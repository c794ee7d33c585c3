using System.Net;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts.Storage;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Settings;

public sealed class SettingsTests
{
    [Fact]
    public async Task User_NoFile_IsAnEmptyObject()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        Assert.Equal("{}", (await client.GetJsonAsync("/api/settings/user")).GetRawText());
        Assert.False(File.Exists(PathOf(server)));
    }

    [Fact]
    public async Task User_Put_ReplacesWhatIsGivenAndKeepsTheRest()
    {
        await using var server = new SessionServer();
        await File.WriteAllTextAsync(PathOf(server), """{"unknown":{"a":[1,2]},"theme":"dark","model":"opus","env":{"A":"1"}}""");
        using var client = server.CreateClient();

        using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json("""{"theme":"light","model":null,"new":true}"""));

        Assert.Equal("""{"ok":true}""", await response.Content.ReadAsStringAsync());
        using var stored = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf(server)));
        using var expected = JsonDocument.Parse("""{"unknown":{"a":[1,2]},"theme":"light","env":{"A":"1"},"new":true}""");
        Assert.True(JsonElement.DeepEquals(expected.RootElement, stored.RootElement), stored.RootElement.GetRawText());
        Assert.True(JsonElement.DeepEquals(expected.RootElement, await client.GetJsonAsync("/api/settings/user")));
    }

    [Fact]
    public async Task User_Put_KeepsTheModeOfTheFileAndLeavesNothingBehind()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no modes there.");
            return;
        }

        await using var server = new SessionServer();
        await File.WriteAllTextAsync(PathOf(server), "{}");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(PathOf(server), Mode);
        using var client = server.CreateClient();

        using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json("""{"a":1}"""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Mode, File.GetUnixFileMode(PathOf(server)));
        Assert.Equal(["settings.json"], Directory.GetFiles(server.Home.Config).Select(Path.GetFileName));
    }

    [Fact]
    public async Task User_FileIsALink_ChangesWhatItLeadsTo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        await using var server = new SessionServer();
        var real = Path.Combine(server.Home.Base, "dotfiles.json");
        await File.WriteAllTextAsync(real, """{"kept":1}""");
        File.CreateSymbolicLink(PathOf(server), real);
        using var client = server.CreateClient();

        using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json("""{"a":1}"""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(real, new FileInfo(PathOf(server)).LinkTarget);
        Assert.Contains("\"kept\": 1", await File.ReadAllTextAsync(real), StringComparison.Ordinal);
        Assert.Contains("\"a\": 1", await File.ReadAllTextAsync(real), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{broken")]
    [InlineData("[1]")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task User_FileThatIsNoObject_ReadsAsEmptyAndIsNotOverwritten(string content)
    {
        await using var server = new SessionServer();
        await File.WriteAllTextAsync(PathOf(server), content);
        using var client = server.CreateClient();

        Assert.Equal("{}", (await client.GetJsonAsync("/api/settings/user")).GetRawText());
        using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json("""{"a":1}"""));

        Assert.Contains(PathOf(server), await response.ErrorAsync(409, "SETTINGS_UNREADABLE"), StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(PathOf(server)));
    }

    [Fact]
    public async Task User_ManyPutsAtOnce_AllAreStored()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json($$"""{"m{{i}}":{{i}}}"""));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }));

        var stored = await client.GetJsonAsync("/api/settings/user");
        Assert.Equal(20, stored.EnumerateObject().Count());
    }

    [Fact]
    public async Task User_TwoServersOverOneFile_LoseNothingOfEachOther()
    {
        await using var first = new SessionServer();
        await using var second = new SessionServer(("CLAUDE_CONFIG_DIR", first.Home.Config));
        using var firstClient = first.CreateClient();
        using var secondClient = second.CreateClient();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var client = i % 2 == 0 ? firstClient : secondClient;
            using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json($$"""{"m{{i}}":{{i}}}"""));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }));

        Assert.Equal(20, (await firstClient.GetJsonAsync("/api/settings/user")).EnumerateObject().Count());
    }

    [Fact]
    public async Task User_LockedByAnother_IsBusyAndNamesIt()
    {
        await using var server = new SessionServer();
        Directory.CreateDirectory(Path.Combine(server.Home.Config, "sidecar"));
        using var held = IndexLock.TryTake(Path.Combine(server.Home.Config, "sidecar", "settings.lock"));
        using var client = server.CreateClient();

        using var response = await client.PutAsync("/api/settings/user", HttpAnswers.Json("""{"a":1}"""));

        Assert.Contains($"process {Environment.ProcessId}", await response.ErrorAsync(503, "SETTINGS_BUSY"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/settings/user", """{"defaultMode":"yolo"}""", "\"yolo\"")]
    [InlineData("/api/settings/user", """{"effort":7}""", "effort")]
    [InlineData("/api/settings/user", """{"model":7}""", "model")]
    [InlineData("/api/settings/user", """{"a":"\ud800"}""", "Unicode")]
    [InlineData("/api/settings/user", """[]""", "JSON object")]
    [InlineData("/api/permissions/mode", """{"mode":"yolo"}""", "bypassPermissions")]
    [InlineData("/api/permissions/mode", """{}""", "mode")]
    [InlineData("/api/effort", """{"level":"huge"}""", "xhigh")]
    [InlineData("/api/models/current", """{"modelId":""}""", "modelId")]
    [InlineData("/api/models/current", """{"model":"opus"}""", "modelId")]
    public async Task Put_ValueThatIsNotAllowed_NamesItAndChangesNothing(string path, string body, string named)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PutAsync(path, HttpAnswers.Json(body));

        Assert.Contains(named, await response.ErrorAsync(400, "BAD_REQUEST"), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf(server)));
    }

    [Fact]
    public async Task Mode_Put_IsStoredAndNewSessionsHaveIt()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        Assert.Equal("""{"mode":"default"}""", (await client.GetJsonAsync("/api/permissions/mode")).GetRawText());

        using var response = await client.PutAsync("/api/permissions/mode", HttpAnswers.Json("""{"mode":"plan"}"""));
        using var created = await client.PostAsync("/api/sessions", HttpAnswers.Json("{}"));
        using var other = await client.PostAsync("/api/sessions", HttpAnswers.Json("""{"permissionMode":"acceptEdits"}"""));

        Assert.Equal("""{"ok":true,"mode":"plan"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("plan", (await client.GetJsonAsync("/api/permissions/mode")).GetProperty("mode").GetString());
        var id = (await created.JsonAsync()).GetProperty("sessionId").GetString();
        Assert.Equal("plan", (await client.GetJsonAsync($"/api/sessions/{id}")).GetProperty("permissionMode").GetString());
        id = (await other.JsonAsync()).GetProperty("sessionId").GetString();
        Assert.Equal("acceptEdits", (await client.GetJsonAsync($"/api/sessions/{id}")).GetProperty("permissionMode").GetString());
    }

    [Fact]
    public async Task Mode_OnlyTheClisOwnSetting_Counts()
    {
        await using var server = new SessionServer();
        await File.WriteAllTextAsync(PathOf(server), """{"permissions":{"defaultMode":"acceptEdits","allow":[]}}""");
        using var client = server.CreateClient();

        Assert.Equal("acceptEdits", (await client.GetJsonAsync("/api/permissions/mode")).GetProperty("mode").GetString());
    }

    private static string PathOf(SessionServer server) => Path.Combine(server.Home.Config, "settings.json");
}
