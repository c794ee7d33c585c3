using System.Text;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TitleTests
{
    private const string Goal =
        """{"type":"system","subtype":"local_command","content":"<command-name>/goal</command-name><command-args>Ship it</command-args>"}""";

    private const string AiTitle = """{"type":"ai-title","aiTitle":"  Generated \n title "}""";
    private const string CustomTitle = """{"type":"custom-title","customTitle":"My  own title"}""";

    [Fact]
    public void Title_AllSources_CustomBeforeGoalBeforeAiBeforePrompt()
    {
        var prompt = TranscriptHome.User("The prompt");

        Assert.Equal("My  own title", TitleOf(prompt, AiTitle, Goal, CustomTitle));
        Assert.Equal("Ship it", TitleOf(prompt, AiTitle, Goal));
        Assert.Equal("Generated title", TitleOf(prompt, AiTitle));
        Assert.Equal("The prompt", TitleOf(prompt));
        Assert.Null(TitleOf("""{"type":"summary","summary":"ignored"}"""));
    }

    [Theory]
    [InlineData("<command-name>/init</command-name><command-message>init</command-message><command-args>all</command-args>", "/init all")]
    [InlineData("<command-name>/clear</command-name>", "/clear")]
    [InlineData("<system-reminder>Do not\\nshow</system-reminder>  Fix   the\\n build ", "Fix the build")]
    [InlineData("if a < b then <b", "if a < b then <b")]
    public void Title_Prompt_IsCleaned(string prompt, string title) => Assert.Equal(title, TitleOf(TranscriptHome.User(prompt)));

    [Fact]
    public void Title_PromptWithoutUsableText_TriesTheNext() =>
        Assert.Equal("Real", TitleOf(TranscriptHome.User("<ide_opened>file.cs</ide_opened>"), TranscriptHome.User("Real"), TranscriptHome.User("Later")));

    [Fact]
    public void Title_PromptOver80Units_IsCut() =>
        Assert.Equal(new string('x', 80) + "...", TitleOf(TranscriptHome.User(new string('x', 81))));

    [Fact]
    public void Title_CutInsideAPair_LeavesThePairOut() =>
        Assert.Equal(new string('x', 79) + "...", TitleOf(TranscriptHome.User(new string('x', 79) + "😀😀")));

    [Fact]
    public void Title_GoalClear_IsNoTitle() =>
        Assert.Equal("Prompt", TitleOf(Goal.Replace("Ship it", "clear", StringComparison.Ordinal), TranscriptHome.User("Prompt")));

    [Fact]
    public void Title_EmptyCustomTitle_KeepsTheLastOne() =>
        Assert.Equal("My  own title", TitleOf(CustomTitle, """{"type":"custom-title","customTitle":" "}"""));

    private static string? TitleOf(params string[] lines)
    {
        var fold = new TranscriptFold();
        foreach (var line in lines)
        {
            fold.Fold(Encoding.UTF8.GetBytes(line));
        }

        return fold.Title;
    }
}
