using System.Text;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TranscriptFoldTests
{
    [Fact]
    public void Fold_TypeAfterMessage_CountsTheTopLevelType()
    {
        var fold = Folded(TranscriptHome.Assistant("hello"));

        Assert.Equal(1, fold.MessageCount);
        Assert.Equal("2026-04-01T10:00:01.000Z", fold.ModifiedAt);
    }

    [Fact]
    public void Fold_OtherTypeWithMessageAndRole_IsNoMessage()
    {
        var fold = Folded("""{"type":"api-request-blob","message":{"role":"user","content":[{"type":"text","text":"not a prompt"}]}}""");

        Assert.Equal(0, fold.MessageCount);
        Assert.Equal(0, fold.TranscriptMessageCount);
        Assert.Null(fold.Title);
    }

    [Fact]
    public void Fold_MetaUserLine_CountsButGivesNeitherTitleNorTime()
    {
        var fold = Folded(TranscriptHome.User("caveat", more: ",\"isMeta\":true"));

        Assert.Equal(1, fold.MessageCount);
        Assert.Equal(0, fold.TranscriptMessageCount);
        Assert.Null(fold.ModifiedAt);
        Assert.Null(fold.Title);
    }

    [Fact]
    public void Fold_TwoObjectsOnOneLine_UsesBoth()
    {
        var fold = Folded(TranscriptHome.User("first") + TranscriptHome.Assistant("second"));

        Assert.Equal(2, fold.MessageCount);
        Assert.Equal(0, fold.CorruptLines);
    }

    [Theory]
    [InlineData("""{"type":"user","message":{"role":"user","content":"torn""")]
    [InlineData("""{"type":"user","mess{"type":"assistant","message":{"role":"assistant","content":"x"}}""")]
    [InlineData("""{"type":"user","message":{"role":"user","content":"torn{"type":"assistant","message":{"role":"assistant"}}}""")]
    [InlineData("no json at all")]
    [InlineData("\0\0\0\0\0\0")]
    [InlineData("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"a\0\0b\"}}")]
    public void Fold_LineThatIsNoJson_IsSkippedAndCounted(string line)
    {
        var fold = Folded(line, TranscriptHome.User("after"));

        Assert.Equal(1, fold.CorruptLines);
        Assert.Equal(1, fold.MessageCount);
        Assert.Equal("after", fold.Title);
    }

    [Theory]
    [InlineData("""{"type":"queue-operation","operation":"enqueue"}""")]
    [InlineData("""{"type":["user"],"message":{"role":"user"}}""")]
    [InlineData("""{}""")]
    [InlineData("")]
    [InlineData("   ")]
    public void Fold_UnknownOrEmptyLine_IsNoFailure(string line)
    {
        var fold = Folded(line);

        Assert.Equal(0, fold.MessageCount);
        Assert.Equal(0, fold.CorruptLines);
    }

    [Fact]
    public void Fold_LoneSurrogateInPrompt_GivesATitleWithAReplacement()
    {
        var fold = Folded(TranscriptHome.User(@"broken \ud83d pair, whole \ud83d\ude00 pair"));

        Assert.Equal("broken \uFFFD pair, whole 😀 pair", fold.Title);
    }

    [Fact]
    public void Fold_InvalidUtf8InPrompt_GivesATitleWithAReplacement()
    {
        byte[] line = [.. Encoding.UTF8.GetBytes("""{"type":"user","message":{"role":"user","content":"a"""), 0xFF, .. "b\"}}"u8];
        var fold = new TranscriptFold();
        fold.Fold(line);

        Assert.Equal("a\uFFFDb", fold.Title);
    }

    [Theory]
    [InlineData("""{"type":"session-meta","isMeta":true,"permissionMode":"plan","effortLevel":"high","runtimeProviderId":null}""", "plan", "high")]
    [InlineData("""{"type":"session-meta","isMeta":true,"permissionMode":"yolo","effortLevel":"ultra","runtimeProviderId":null}""", "default", null)]
    public void Fold_SessionMeta_LastValidValueWins(string later, string mode, string? effort)
    {
        var fold = Folded("""{"type":"session-meta","isMeta":true,"workDir":"/w","permissionMode":"default"}""", later);

        Assert.Equal("/w", fold.Meta.WorkDir);
        Assert.Equal(mode, fold.Meta.PermissionMode);
        Assert.Equal(effort, fold.Meta.EffortLevel);
        Assert.True(fold.Meta.HasRuntimeProvider);
        Assert.Null(fold.Meta.RuntimeProviderId);
    }

    [Fact]
    public void Fold_OlderMessageLater_KeepsTheGreatestTime()
    {
        var fold = Folded(
            TranscriptHome.User("new", "2026-04-02T00:00:00.000Z"),
            TranscriptHome.User("old", "2026-04-01T00:00:00.000Z"),
            TranscriptHome.User("bad", "yesterday"));

        Assert.Equal("2026-04-02T00:00:00.000Z", fold.ModifiedAt);
        Assert.Equal("2026-04-02T00:00:00.000Z", fold.CreatedAt);
    }

    [Fact]
    public void Fold_TimeInAnotherForm_IsComparedAsTimeAndKeptAsWritten()
    {
        var fold = Folded(TranscriptHome.User("a", "2026-04-02T00:00:00.000Z"), TranscriptHome.User("b", "2026-04-02T01:30:00+01:00"));

        Assert.Equal("2026-04-02T01:30:00+01:00", fold.ModifiedAt);
    }

    [Fact]
    public void Fold_WorktreeStateNull_ClearsTheWorktree()
    {
        var fold = Folded(
            """{"type":"worktree-state","worktreeSession":{"originalCwd":"/repo","worktreePath":"/repo/.claude/worktrees/x"}}""",
            """{"type":"worktree-state","worktreeSession":null}""");

        Assert.Null(fold.Meta.WorktreeOriginalCwd);
        Assert.Null(fold.Meta.WorktreePath);
    }

    private static TranscriptFold Folded(params string[] lines)
    {
        var fold = new TranscriptFold();
        foreach (var line in lines)
        {
            fold.Fold(Encoding.UTF8.GetBytes(line));
        }

        return fold;
    }
}
