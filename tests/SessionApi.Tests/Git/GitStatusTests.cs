using System.Text;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Programs;

namespace Sidecar.Tests.SessionApi.Git;

public sealed class GitStatusTests
{
    private const string Oid = "5f1c5f1c5f1c5f1c5f1c5f1c5f1c5f1c5f1c5f1c";

    [Fact]
    public void Parse_EveryKindOfRecord_IsRead()
    {
        var status = Parse(
            $"# branch.oid {Oid}",
            "# branch.head main",
            "# branch.ab +1 -0",
            $"1 .M N... 100644 100644 100644 {Oid} {Oid} src/a b.cs",
            $"2 R. N... 100644 100644 100644 {Oid} {Oid} R100 new\nname.cs",
            "old name.cs",
            $"u UU N... 100644 100644 100644 100644 {Oid} {Oid} {Oid} both.cs",
            "? -x",
            "! ignored.txt");

        Assert.Equal(("main", Oid), (status.Branch, status.Commit));
        Assert.Equal(
            [
                new GitChange("src/a b.cs", null, '.', 'M', false, false),
                new GitChange("new\nname.cs", "old name.cs", 'R', '.', false, false),
                new GitChange("both.cs", null, 'U', 'U', false, true),
                new GitChange("-x", null, '.', '?', true, false),
            ],
            status.Changes);
    }

    [Fact]
    public void Parse_NoCommitAndNoBranch_AreNull()
    {
        var status = Parse("# branch.oid (initial)", "# branch.head (detached)");

        Assert.Equal((null, null), (status.Branch, status.Commit));
    }

    [Theory]
    [InlineData("1 .M N... 100644")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("2 R. N... 100644 100644 100644 a b R100 path-without-its-old-one")]
    public void Parse_RecordThatIsCut_IsLeftOut(string record) => Assert.Empty(Parse(record).Changes);

    private static GitStatus Parse(params string[] records) => GitStatus.Parse(new GitAnswer(
        new ProgramOutcome(ProgramEnd.Exited, 0, ""), Encoding.UTF8.GetBytes(string.Concat(records.Select(record => record + '\0')) + "? half")));
}
