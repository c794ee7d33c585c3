using System.Text;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.History;

public sealed class RewindTests
{
    private static string Route(string id) => $"/api/sessions/{id}/rewind";

    [Fact]
    public async Task Rewind_Both_BringsFilesBackAndTakesMessagesOut()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        File.WriteAllText(talk.Work("old.txt"), "one\ntwo\n");
        var first = talk.Say("first");
        talk.Write(first, "old.txt", "one\n2\nthree\n");
        talk.Answer("done");
        var second = talk.Say("second");
        talk.Write(second, "old.txt", "all new\n");
        talk.Write(second, "made.txt", "made\n");
        talk.Answer("done again");
        talk.Lines.Add("""{"type":"unknown-to-us","payload":{"b":1,"a":2}}""");
        talk.Save();
        var before = File.ReadAllLines(talk.Path);

        var preview = await client.PostJsonAsync(Route(talk.Id), $$"""{"targetUserMessageId":"{{second}}","dryRun":true}""");
        Assert.Equal(before, File.ReadAllLines(talk.Path));
        Assert.Equal("all new\n", File.ReadAllText(talk.Work("old.txt")));
        var answer = await client.PostJsonAsync(Route(talk.Id), $$"""{"targetUserMessageId":"{{second}}","expectedContent":"second"}""");

        Assert.Equal($$"""{"targetUserMessageId":"{{second}}","userMessageIndex":1,"userMessageCount":2}""", preview.GetProperty("target").GetRawText());
        Assert.Equal("""{"messagesRemoved":4}""", preview.GetProperty("conversation").GetRawText());
        Assert.Equal([talk.Work("made.txt"), talk.Work("old.txt")], Texts(preview.GetProperty("code").GetProperty("filesChanged")));
        Assert.Equal((2, 3), (preview.GetProperty("code").GetProperty("insertions").GetInt32(), preview.GetProperty("code").GetProperty("deletions").GetInt32()));
        Assert.True(preview.GetProperty("restoreAvailable").GetBoolean());
        Assert.Empty(Texts(preview.GetProperty("unverifiedChangeSources")));
        Assert.False(preview.TryGetProperty("mode", out _));
        Assert.Equal("both", answer.GetProperty("mode").GetString());
        Assert.Equal(4, answer.GetProperty("conversation").GetProperty("messagesRemoved").GetInt32());
        Assert.Equal(second, Texts(answer.GetProperty("conversation").GetProperty("removedMessageIds"))[0]);
        Assert.Equal("one\n2\nthree\n", File.ReadAllText(talk.Work("old.txt")));
        Assert.False(File.Exists(talk.Work("made.txt")));
        var gone = Texts(answer.GetProperty("conversation").GetProperty("removedMessageIds"));
        Assert.Equal(before.Where(line => !gone.Any(id => line.Contains($"\"uuid\":\"{id}\"", StringComparison.Ordinal))), File.ReadAllLines(talk.Path));
        Assert.Equal([talk.Path], Directory.GetFiles(server.Home.Project));
        Assert.Equal([$"without agent {talk.Id}"], server.Live.Calls);
        Assert.Empty(Directory.GetDirectories(Path.Combine(server.Home.Config, "sidecar", "rewinds")));
    }

    [Fact]
    public async Task Rewind_Conversation_LeavesFilesAlone()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "a\n");
        talk.Save();

        var answer = await client.PostJsonAsync(Route(talk.Id), """{"userMessageIndex":0,"mode":"conversation"}""");

        Assert.Equal("conversation", answer.GetProperty("mode").GetString());
        Assert.True(File.Exists(talk.Work("a.txt")));
        Assert.Empty(await client.MessageIdsAsync(talk.Id));
        var listed = await client.GetJsonAsync("/api/sessions");
        Assert.Equal(0, listed.GetProperty("sessions")[0].GetProperty("messageCount").GetInt32());
    }

    [Fact]
    public async Task Rewind_FileThatIsFirstChangedLater_IsBroughtBackFromThere()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        File.WriteAllText(talk.Work("late.txt"), "first\n");
        var first = talk.Say("first");
        talk.Answer("nothing to do");
        var second = talk.Say("second");
        talk.Write(second, "late.txt", "second\n", asDelta: true);
        talk.Save();

        await client.PostJsonAsync(Route(talk.Id), $$"""{"targetUserMessageId":"{{first}}"}""");

        Assert.Equal("first\n", File.ReadAllText(talk.Work("late.txt")));
    }

    [Fact]
    public async Task Rewind_BranchThatWasLeftBefore_GoesAsWell()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        var root = talk.Say("root");
        var answered = talk.Answer("root answer");
        var dead = talk.Say("dead");
        talk.Answer("dead answer");
        talk.GoTo(answered);
        var target = talk.Say("target");
        talk.Answer("target answer");
        talk.Save();

        var answer = await client.PostJsonAsync(Route(talk.Id), $$"""{"targetUserMessageId":"{{target}}"}""");

        Assert.Equal([root, answered], await client.MessageIdsAsync(talk.Id));
        Assert.Equal(4, answer.GetProperty("conversation").GetProperty("messagesRemoved").GetInt32());
        Assert.Contains(dead, Texts(answer.GetProperty("conversation").GetProperty("removedMessageIds")));
    }

    [Fact]
    public async Task Rewind_ResultsOfToolsThatRanAtOnce_Stay()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        talk.Say("root");
        var one = talk.Use("Read");
        var two = talk.Use("Read");
        talk.GoTo(one);
        var ofOne = talk.Answer("beside the way");
        talk.GoTo(two);
        var ofTwo = talk.Answer("on the way");
        var target = talk.Say("target");
        talk.Save();

        await client.PostJsonAsync(Route(talk.Id), $$"""{"targetUserMessageId":"{{target}}"}""");

        var ids = await client.MessageIdsAsync(talk.Id);
        Assert.Equal(5, ids.Count);
        Assert.Contains(ofOne, ids);
        Assert.Contains(ofTwo, ids);
    }

    [Fact]
    public async Task Rewind_TornAndUnknownLines_StayByteByByte()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        const string Before = "{\"type\":\"x\" , \"odd\" : \"\\ud83d\"}\r\n\nno json at all\n{\"type\":\"user\",\"torn";
        var talk = new Conversation(server.Home);
        talk.Say("first");
        var second = talk.Say("second");
        var lines = string.Concat(talk.Lines.Select(line => line + "\n"));
        server.Home.WriteBytes(talk.Id, Encoding.UTF8.GetBytes(lines + Before));

        await client.PostJsonAsync(Route(talk.Id), $$"""{"targetUserMessageId":"{{second}}"}""");

        var kept = string.Concat(talk.Lines.Take(3).Select(line => line + "\n"));
        Assert.Equal(kept + Before + "\n", File.ReadAllText(talk.Path)); // closed, so that the CLI's next line is one
    }

    [Theory]
    [InlineData("{}", "targetUserMessageId (string) or userMessageIndex (number) is required")]
    [InlineData("""{"targetUserMessageId":7}""", "targetUserMessageId must be a string, not Number")]
    [InlineData("""{"targetUserMessageId":"x"}""", "targetUserMessageId \"x\" is no message of a person in this session")]
    [InlineData("""{"userMessageIndex":-1}""", "userMessageIndex must be a whole number from 0 on, not -1")]
    [InlineData("""{"userMessageIndex":5}""", "userMessageIndex 5 is not below 1, the number of messages of people in this session")]
    [InlineData("""{"userMessageIndex":0,"mode":"code"}""", "mode must be \"both\" or \"conversation\", not \"code\"")]
    [InlineData("""{"userMessageIndex":0,"dryRun":"yes"}""", "dryRun must be true or false, not \"yes\"")]
    [InlineData("""{"userMessageIndex":0,"expectedContent":"other"}""", "expectedContent is not what the message says; the conversation has changed. Reload it.")]
    public async Task Rewind_BadRequest_SaysWhatIsWrongAndChangesNothing(string body, string message)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        talk.Say("first");
        talk.Save();
        var before = File.ReadAllBytes(talk.Path);

        using var answer = await client.PostAsync(Route(talk.Id), body);

        Assert.Equal(message, await answer.ErrorAsync(400, "BAD_REQUEST"));
        Assert.Equal(before, File.ReadAllBytes(talk.Path));
    }

    [Fact]
    public async Task Rewind_UnknownSession_Is404()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var answer = await client.PostAsync(Route(TranscriptHome.OtherId), """{"userMessageIndex":0}""");

        await answer.ErrorAsync(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Rewind_KeptContentIsGone_IsRefusedUnlessFilesAreLeftAlone()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        File.WriteAllText(talk.Work("a.txt"), "a\n");
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "b\n");
        talk.Save();
        Directory.Delete(talk.Backups, recursive: true);

        var preview = await client.PostJsonAsync(Route(talk.Id), """{"userMessageIndex":0,"dryRun":true}""");
        using var refused = await client.PostAsync(Route(talk.Id), """{"userMessageIndex":0}""");

        Assert.False(preview.GetProperty("restoreAvailable").GetBoolean());
        Assert.Contains("a.txt cannot be found", await refused.ErrorAsync(400, "BAD_REQUEST"), StringComparison.Ordinal);
        Assert.Equal([first], (await client.MessageIdsAsync(talk.Id)).Take(1));
        await client.PostJsonAsync(Route(talk.Id), """{"userMessageIndex":0,"mode":"conversation"}""");
        Assert.Equal("b\n", File.ReadAllText(talk.Work("a.txt")));
    }

    [Theory]
    [InlineData("../../outside.txt")]
    [InlineData("link/outside.txt")]
    public async Task Rewind_FileOutsideTheDirectory_IsNeverWritten(string path)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var home = server.Home;
        var outside = Directory.CreateDirectory(Path.Combine(home.Base, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(home.WorkDir, "link"), outside);
        var talk = new Conversation(home).Meta();
        var target = talk.Say("first");
        Directory.CreateDirectory(talk.Backups);
        File.WriteAllText(Path.Combine(talk.Backups, "x@v1"), "bad");
        talk.Lines.Add($$$"""{"type":"file-history-delta","messageId":"{{{target}}}","trackingPath":"{{{path}}}","backup":{"backupFileName":"x@v1","version":1}}""");
        talk.Save();

        var answer = await client.PostJsonAsync(Route(talk.Id), """{"userMessageIndex":0}""");

        Assert.Equal([path], Texts(answer.GetProperty("unverifiedChangeSources")));
        Assert.Empty(Directory.GetFiles(outside));
        Assert.False(File.Exists(Path.GetFullPath(Path.Combine(home.WorkDir, path))));
    }

    [Theory]
    [InlineData("../../../etc/hostname")]
    [InlineData("/etc/hostname")]
    [InlineData("..")]
    public async Task Rewind_KeptContentOutsideItsFolder_IsNotRead(string backup)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        var target = talk.Say("first");
        talk.Lines.Add($$$"""{"type":"file-history-delta","messageId":"{{{target}}}","trackingPath":"a.txt","backup":{"backupFileName":"{{{backup}}}","version":1}}""");
        talk.Save();

        using var answer = await client.PostAsync(Route(talk.Id), """{"userMessageIndex":0}""");

        await answer.ErrorAsync(400, "BAD_REQUEST");
        Assert.False(File.Exists(talk.Work("a.txt")));
    }

    [Fact]
    public async Task Rewind_OneFileCannotBeWritten_TheOthersAreAsTheyWere()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        File.WriteAllText(talk.Work("a.txt"), "a0\n");
        Directory.CreateDirectory(talk.Work("z"));
        File.WriteAllText(talk.Work("z/z.txt"), "z0\n");
        var first = talk.Say("first");
        talk.Write(first, "a.txt", "a1\n");
        talk.Write(first, "z/z.txt", "z1\n");
        talk.Save();
        Directory.CreateDirectory(talk.Work("z/z.txt.sidecar-restore.tmp/in the way")); // where the new file would be written

        using var answer = await client.PostAsync(Route(talk.Id), """{"userMessageIndex":0}""");

        Assert.Equal(409, (int)answer.StatusCode);
        Assert.Equal(("a1\n", "z1\n"), (File.ReadAllText(talk.Work("a.txt")), File.ReadAllText(talk.Work("z/z.txt"))));
        Assert.Equal(3, (await client.MessageIdsAsync(talk.Id)).Count);
    }

    [Fact]
    public async Task Rewind_ModeOfTheFiles_StaysAsItWas()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var talk = new Conversation(server.Home).Meta();
        File.WriteAllText(talk.Work("a.sh"), "a\n");
        var first = talk.Say("first");
        talk.Write(first, "a.sh", "b\n");
        talk.Save();
        const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(talk.Path, Shared);
        File.SetUnixFileMode(talk.Work("a.sh"), Executable);

        await client.PostJsonAsync(Route(talk.Id), """{"userMessageIndex":0}""");

        Assert.Equal((Shared, Executable), (File.GetUnixFileMode(talk.Path), File.GetUnixFileMode(talk.Work("a.sh"))));
        Assert.Equal("a\n", File.ReadAllText(talk.Work("a.sh")));
    }

    private static IReadOnlyList<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];
}
