using Sidecar.SessionApi.Files;

namespace Sidecar.Tests.SessionApi.Files;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*.cs", "a.cs", true)]
    [InlineData("*.cs", "src/deep/a.cs", true)]
    [InlineData("*.cs", "a.css", false)]
    [InlineData("!*.cs", "a.cs", false)]
    [InlineData("!*.cs", "a.ts", true)]
    [InlineData("src/*.cs", "src/a.cs", true)]
    [InlineData("/src/*.cs", "src/a.cs", true)]
    [InlineData("src/*.cs", "src/deep/a.cs", false)]
    [InlineData("src/*.cs", "other/src/a.cs", false)]
    [InlineData("src/**", "src/deep/a.cs", true)]
    [InlineData("src/**/a.cs", "src/a.cs", true)]
    [InlineData("src/**/a.cs", "src/x/y/a.cs", true)]
    [InlineData("src/**/a.cs", "src/x/ba.cs", false)]
    [InlineData("**/test/**", "test/a", true)]
    [InlineData("**/test/**", "x/test/a/b", true)]
    [InlineData("**/test/**", "x/tests/a", false)]
    [InlineData("?.cs", "a.cs", true)]
    [InlineData("?.cs", "ab.cs", false)]
    [InlineData("a?b/c", "a/b/c", false)]
    [InlineData("[a-c]1", "b1", true)]
    [InlineData("[!a-c]1", "b1", false)]
    [InlineData("[^a-c]1", "d1", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("*.{ts,tsx}", "a.tsx", true)]
    [InlineData("{a,b{c,d}}.x", "bd.x", true)]
    [InlineData("{a,b{c,d}}.x", "b.x", false)]
    [InlineData("\\*.cs", "*.cs", true)]
    [InlineData("\\*.cs", "a.cs", false)]
    [InlineData("größe*", "größe 1", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("[a", "[a", true)]
    public void Matches_Path_AsTheShellWould(string glob, string path, bool expected) =>
        Assert.Equal(expected, GlobPattern.Parse(glob)!.Matches(path));

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("{a")]
    [InlineData("[z-a]")]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    public void Parse_WhatIsNoPattern_IsNull(string glob) => Assert.Null(GlobPattern.Parse(glob));

    [Fact]
    public void Matches_PatternMadeToBeSlow_IsNot()
    {
        var pattern = GlobPattern.Parse("/" + string.Concat(Enumerable.Repeat("**/*a*", 40)) + "b")!;
        var started = TimeProvider.System.GetTimestamp();

        Assert.False(pattern.Matches(string.Concat(Enumerable.Repeat("a/", 2000))));

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }
}
