using Sidecar.SessionApi.Git;

namespace Sidecar.Tests.SessionApi.Git;

public sealed class GitBranchNameTests
{
    [Theory]
    [InlineData("main")]
    [InlineData("feature/one")]
    [InlineData("größe/日本語-🙂")]
    [InlineData("a.b_c+d=e@f")]
    [InlineData("-x")]
    [InlineData("--help")]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("@")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a..b")]
    [InlineData("a@{1}")]
    [InlineData("a~1")]
    [InlineData("a^")]
    [InlineData("a:b")]
    [InlineData("a?b")]
    [InlineData("a*b")]
    [InlineData("a[b")]
    [InlineData("a\\b")]
    [InlineData("a\u007fb")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".a")]
    [InlineData("a/.b")]
    [InlineData("a.")]
    [InlineData("a.lock")]
    [InlineData("a.lock/b")]
    public void ProblemOf_Name_SaysWhatGitSays(string name)
    {
        using var repository = new TestRepository(hasCommit: false);

        Assert.Equal(IsAccepted(repository, name), GitBranchName.ProblemOf(name) is null);
    }

    [Fact]
    public void ProblemOf_LongName_IsNamed()
    {
        Assert.Null(GitBranchName.ProblemOf(new string('a', 200)));
        Assert.NotNull(GitBranchName.ProblemOf(new string('a', 201)));
    }

    private static bool IsAccepted(TestRepository repository, string name)
    {
        try
        {
            repository.Git("check-ref-format", "--branch", name);
            return name is not ("HEAD" or "@"); // git branch refuses these, its check of the form does not
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
