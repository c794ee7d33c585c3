using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Preferences;

public sealed class PreferenceTests
{
    private const string Base = "/api/desktop-ui/preferences";

    [Fact]
    public async Task Read_NothingChosen_HasDefaultsAndDoesNotExist()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync(Base);

        Assert.False(answer.GetProperty("exists").GetBoolean());
        var preferences = answer.GetProperty("preferences");
        Assert.Equal(5, preferences.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("recentProject", preferences.GetProperty("sidebar").GetProperty("projectOrganization").GetString());
        Assert.Equal(JsonValueKind.Object, preferences.GetProperty("projectDisplayNames").ValueKind);
    }

    [Fact]
    public async Task Put_Section_KeepsOtherMembersAndUnknownOnes()
    {
        await using var server = new SessionServer();
        Directory.CreateDirectory(Path.Combine(server.Home.Config, "cc-haha"));
        await File.WriteAllTextAsync(PathOf(server), """{"schemaVersion":5,"later":{"a":1},"sidebar":{"hiddenProjects":["/old"],"newer":true}}""");
        using var client = server.CreateClient();

        using var response = await client.PutAsync($"{Base}/sidebar", HttpAnswers.Json("""{"projectOrder":["/b","/a"],"projectSortBy":"createdAt"}"""));

        var answer = await response.JsonAsync();
        Assert.True(answer.GetProperty("ok").GetBoolean());
        var read = await client.GetJsonAsync(Base);
        Assert.True(read.GetProperty("exists").GetBoolean());
        Assert.True(JsonElement.DeepEquals(answer.GetProperty("preferences"), read.GetProperty("preferences")));
        var sidebar = read.GetProperty("preferences").GetProperty("sidebar");
        Assert.Equal("""["/b","/a"]""", sidebar.GetProperty("projectOrder").GetRawText());
        Assert.Equal("""["/old"]""", sidebar.GetProperty("hiddenProjects").GetRawText());
        Assert.Equal("createdAt", sidebar.GetProperty("projectSortBy").GetString());
        Assert.True(sidebar.GetProperty("newer").GetBoolean());
        Assert.Equal(1, read.GetProperty("preferences").GetProperty("later").GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task Put_Pet_IsBroughtIntoItsRange()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PutAsync($"{Base}/pet", HttpAnswers.Json("""{"enabled":true,"size":40,"selectedPetId":" seedy ","lastSessionId":null}"""));

        var pet = (await response.JsonAsync()).GetProperty("preferences").GetProperty("pet");
        Assert.Equal(96, pet.GetProperty("size").GetInt32());
        Assert.Equal("seedy", pet.GetProperty("selectedPetId").GetString());
        var read = await client.GetJsonAsync($"{Base}/pet");
        Assert.True(JsonElement.DeepEquals(pet, read.GetProperty("pet")));
        Assert.True(read.GetProperty("exists").GetBoolean());
    }

    [Fact]
    public async Task Put_ProjectName_IsSetAndTakenBack()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var named = await client.PutAsync($"{Base}/project-display-name", HttpAnswers.Json("""{"projectPath":"/work/a","displayName":" Mine "}"""));
        Assert.Equal("""{"/work/a":"Mine"}""", (await named.JsonAsync()).GetProperty("preferences").GetProperty("projectDisplayNames").GetRawText());

        using var unnamed = await client.PutAsync($"{Base}/project-display-name", HttpAnswers.Json("""{"projectPath":"/work/a","displayName":null}"""));
        Assert.Equal("{}", (await unnamed.JsonAsync()).GetProperty("preferences").GetProperty("projectDisplayNames").GetRawText());
    }

    [Theory]
    [InlineData("sidebar", """{"projectOrder":"x"}""", "projectOrder")]
    [InlineData("sidebar", """{"projectOrder":[1]}""", "projectOrder")]
    [InlineData("sidebar", """{"projectSortBy":"size"}""", "createdAt, updatedAt")]
    [InlineData("profile", """{"displayName":42}""", "displayName")]
    [InlineData("pet", """{"enabled":"yes"}""", "enabled")]
    [InlineData("pet", """{"size":"big"}""", "size")]
    [InlineData("project-display-name", """{"displayName":"x"}""", "projectPath")]
    public async Task Put_ValueThatIsNotAllowed_NamesItAndStoresNothing(string section, string body, string named)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PutAsync($"{Base}/{section}", HttpAnswers.Json(body));

        Assert.Contains(named, await response.ErrorAsync(400, "BAD_REQUEST"), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf(server)));
    }

    private static string PathOf(SessionServer server) => Path.Combine(server.Home.Config, "cc-haha", "desktop-ui.json");
}
