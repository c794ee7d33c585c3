using Sidecar.SessionApi.Skills;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Skills;

public sealed class SkillTests
{
    [Fact]
    public async Task Lists_NothingThere_AreEmpty()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        Assert.Equal("""{"skills":[]}""", (await client.GetJsonAsync("/api/skills")).GetRawText());
        Assert.Equal("""{"activeAgents":[],"allAgents":[],"availableTools":[]}""", (await client.GetJsonAsync("/api/agents?cwd=/does/not/exist")).GetRawText());
    }

    [Fact]
    public async Task Skills_OfThePersonAndTheProject_AreListed()
    {
        await using var server = new SessionServer();
        Write(server.Home.Config, "skills/notes/SKILL.md", "---\nname: notes\ndescription: >\n  Writes the\n  notes.\nuser-invocable: false\n---\n# Notes\n");
        Write(server.Home.WorkDir, ".claude/skills/build/SKILL.md", "---\r\ndescription: \"Builds \\\"it\\\"\"\r\n---\r\n");
        Directory.CreateDirectory(Path.Combine(server.Home.Config, "skills", "empty"));
        using var client = server.CreateClient();

        var skills = (await client.GetJsonAsync($"/api/skills?cwd={Uri.EscapeDataString(server.Home.WorkDir)}")).GetProperty("skills");

        Assert.Equal(["notes", "build"], skills.EnumerateArray().Select(skill => skill.GetProperty("name").GetString()));
        Assert.Equal(["Writes the notes.", "Builds \"it\""], skills.EnumerateArray().Select(skill => skill.GetProperty("description").GetString()));
        Assert.Equal(["user", "project"], skills.EnumerateArray().Select(skill => skill.GetProperty("source").GetString()));
        Assert.False(skills[0].GetProperty("userInvocable").GetBoolean());
        Assert.Equal(1, (await client.GetJsonAsync("/api/skills")).GetProperty("skills").GetArrayLength());
    }

    [Fact]
    public async Task Agents_SameNameInTheProject_ReplacesThePersons()
    {
        await using var server = new SessionServer();
        Write(server.Home.Config, "agents/reviewer.md", "---\nname: reviewer\ndescription: Mine\nmodel: opus\ntools: Read, Grep\n---\n");
        Write(server.Home.Config, "agents/writer.md", "---\ndescription: Writes\ntools:\n  - Read\n  - Write\n---\n");
        Write(server.Home.WorkDir, ".claude/agents/reviewer.md", "---\nname: reviewer\ndescription: The project's\n---\n");
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync($"/api/agents?cwd={Uri.EscapeDataString(server.Home.WorkDir)}");

        Assert.Equal(3, answer.GetProperty("allAgents").GetArrayLength());
        var active = answer.GetProperty("activeAgents").EnumerateArray().ToList();
        Assert.Equal(["Writes", "The project's"], active.Select(agent => agent.GetProperty("description").GetString()));
        Assert.Equal("""["Read","Write"]""", active[0].GetProperty("tools").GetRawText());
        Assert.Equal("writer", active[0].GetProperty("agentType").GetString());
    }

    [Theory]
    [InlineData("/api/skills?cwd=relative")]
    [InlineData("/api/agents?cwd=..%2Fx")]
    public async Task List_RelativeDirectory_IsRefused(string path)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.GetAsync(path);

        Assert.Contains("cwd", await response.ErrorAsync(400, "BAD_REQUEST"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("no settings\n---\na: b\n---", "")]
    [InlineData("---\na: b", "a=b")]
    [InlineData("---\na: 'it''s'\n# c: d\n  e: f\n---\ng: h", "a=it's")]
    [InlineData("---\na: |\n  one\n  two\nb: http://x\n---", "a=one\ntwo;b=http://x")]
    [InlineData("---\nnested:\n  a: b\nc: d\n---", "nested=;c=d")]
    public void FrontMatter_Text_GivesItsValues(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', FrontMatter.Parse(text).Select(pair => $"{pair.Key}={pair.Value}")));

    private static void Write(string folder, string file, string content)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
