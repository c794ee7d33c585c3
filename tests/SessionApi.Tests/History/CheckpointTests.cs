using System.Diagnostics;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.History;

public sealed class CheckpointTests
{
    private static string Route(string id) => $"/api/sessions/{id}/turn-checkpoints";

    [Fact]
    public async Task Checkpoints_TurnsThatChangedFiles_EachWithItsOwnChanges()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "1\n2\n3\n");
        talk.Say("only talk");
        talk.Answer("yes");
        var third = talk.Say("third");
        talk.Write(third, "a.txt", "1\n3\n");
        talk.Use("Bash");
        talk.Save();

        var list = (await client.GetJsonAsync(Route(talk.Id))).GetProperty("checkpoints").EnumerateArray().ToList();

        Assert.Equal([0, 2], list.Select(checkpoint => checkpoint.GetProperty("target").GetProperty("userMessageIndex").GetInt32()));
        Assert.Equal([(3, 0), (0, 1)], list.Select(Lines));
        Assert.Equal([7, 3], list.Select(checkpoint => checkpoint.GetProperty("conversation").GetProperty("messagesRemoved").GetInt32()));
        Assert.Equal(["[]", """["Bash"]"""], list.Select(checkpoint => checkpoint.GetProperty("unverifiedChangeSources").GetRawText()));
        Assert.All(list, checkpoint =>
        {
            Assert.True(checkpoint.GetProperty("restoreAvailable").GetBoolean());
            Assert.True(checkpoint.GetProperty("code").GetProperty("available").GetBoolean());
            Assert.Equal(server.Home.WorkDir, checkpoint.GetProperty("workDir").GetString());
            Assert.Equal(talk.Work("a.txt"), checkpoint.GetProperty("code").GetProperty("filesChanged")[0].GetString());
        });
    }

    [Fact]
    public async Task Checkpoints_NoneWereKept_AreNone()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));

        var list = await client.GetJsonAsync(Route(TranscriptHome.Id));
        using var unknown = await client.GetAsync(new Uri(Route(TranscriptHome.OtherId), UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("""{"checkpoints":[]}""", list.GetRawText());
        await unknown.ErrorAsync(404, "NOT_FOUND");
    }

    [Theory]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n")]
    [InlineData("a\nb\nc", "a\nb\nc\n")]
    [InlineData(null, "new\n")]
    [InlineData("gone\n", null)]
    [InlineData("x\n1\n2\n3\n4\n5\n6\n7\n8\ny\n", "1\n2\n3\n4\n5\n6\n7\n8\n")]
    public async Task Diff_OfATurn_IsWhatGitSays(string? before, string? after)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        if (before is not null)
        {
            File.WriteAllText(talk.Work("a.txt"), before);
        }

        var first = talk.Say("first");
        talk.Write(first, "a.txt", after);
        talk.Save();

        var answer = await client.GetJsonAsync($"{Route(talk.Id)}/diff?targetUserMessageId={first}&path=a.txt");
        var absolute = await client.GetJsonAsync($"{Route(talk.Id)}/diff?userMessageIndex=0&path={Uri.EscapeDataString(talk.Work("a.txt"))}");

        Assert.Equal("ok", answer.GetProperty("state").GetString());
        Assert.Equal(answer.GetProperty("diff").GetString(), absolute.GetProperty("diff").GetString());
        Assert.Equal(Hunks(await GitDiffAsync(server.Home.Base, before, after)), Hunks(answer.GetProperty("diff").GetString()!));
        Assert.StartsWith("diff --git a/a.txt b/a.txt\n", answer.GetProperty("diff").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_BinaryFile_IsSaid()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        var first = talk.Say("first");
        talk.Write(first, "a.bin", "a\0b");
        talk.Save();

        var answer = await client.GetJsonAsync($"{Route(talk.Id)}/diff?userMessageIndex=0&path=a.bin");

        Assert.EndsWith("Binary files a/a.bin and b/a.bin differ\n", answer.GetProperty("diff").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_FileThatTheTurnDidNotChange_IsMissing()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "a\n");
        talk.Save();

        var answer = await client.GetJsonAsync($"{Route(talk.Id)}/diff?userMessageIndex=0&path=other.txt");

        Assert.Equal(("missing", "other.txt"), (answer.GetProperty("state").GetString(), answer.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("?userMessageIndex=0", "path (string) is required: a file of the turn, absolute or relative to the session's directory")]
    [InlineData("?path=a", "targetUserMessageId (string) or userMessageIndex (number) is required")]
    [InlineData("?path=a&userMessageIndex=x", "userMessageIndex must be a whole number from 0 on, not \"x\"")]
    public async Task Diff_BadRequest_SaysWhatIsWrong(string query, string message)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));

        using var answer = await client.GetAsync(new Uri($"{Route(TranscriptHome.Id)}/diff{query}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(message, await answer.ErrorAsync(400, "BAD_REQUEST"));
    }

    private static (int, int) Lines(JsonElement checkpoint) =>
        (checkpoint.GetProperty("code").GetProperty("insertions").GetInt32(), checkpoint.GetProperty("code").GetProperty("deletions").GetInt32());

    // Behind the places git also names the nearest line that looks like a heading.
    private static string Hunks(string diff) =>
        System.Text.RegularExpressions.Regex.Replace(diff[diff.IndexOf("@@", StringComparison.Ordinal)..], "(?m)^(@@ .* @@).*$", "$1");

    private static async Task<string> GitDiffAsync(string folder, string? before, string? after)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in new[] { "-c", "core.pager=cat", "diff", "--no-index", "--no-color", Side("before", before), Side("after", after) })
        {
            start.ArgumentList.Add(argument);
        }

        using var git = Process.Start(start)!;
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return output;

        string Side(string name, string? content)
        {
            if (content is null)
            {
                return "/dev/null";
            }

            File.WriteAllText(Path.Combine(folder, name), content);
            return name;
        }
    }
}
