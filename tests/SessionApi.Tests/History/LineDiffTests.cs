using Sidecar.SessionApi.History.Files;

namespace Sidecar.Tests.SessionApi.History;

public sealed class LineDiffTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("a", "", 1)]
    [InlineData("", "ab", 2)]
    [InlineData("abcabba", "cbabac", 5)]
    [InlineData("abc", "abc", 0)]
    public void Changes_OfTwoTexts_AreTheFewest(string before, string after, int edits) =>
        Assert.Equal(edits, Diff(before, after).Sum(change => change.OldCount + change.NewCount));

    [Fact]
    public void Changes_OfRandomTexts_MakeOneOfTheOther()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var (before, after) = (RandomText(random), RandomText(random));

            Assert.Equal(after, Apply(before, after, Diff(before, after)));
        }
    }

    [Fact]
    public void Changes_OfTextsWithNothingInCommon_AreOneChange()
    {
        var before = Enumerable.Range(0, 20_000).Select(i => $"a{i}").ToList();
        var after = Enumerable.Range(0, 30_000).Select(i => $"b{i}").ToList();

        Assert.Equal([new LineChange(0, 20_000, 0, 30_000)], LineDiff.Of(before, after));
    }

    private static string RandomText(Random random) => new([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)('a' + random.Next(3)))]);

    private static IReadOnlyList<LineChange> Diff(string before, string after) =>
        LineDiff.Of([.. before.Select(letter => $"{letter}")], [.. after.Select(letter => $"{letter}")]);

    private static string Apply(string before, string after, IReadOnlyList<LineChange> changes)
    {
        var (made, at) = ("", 0);
        foreach (var change in changes)
        {
            made += before[at..change.OldStart] + after[change.NewStart..(change.NewStart + change.NewCount)];
            at = change.OldStart + change.OldCount;
        }

        return made + before[at..];
    }
}
