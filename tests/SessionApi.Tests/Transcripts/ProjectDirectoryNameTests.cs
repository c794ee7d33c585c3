using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class ProjectDirectoryNameTests
{
    [Theory]
    [InlineData("/home/ana/my.app", "-home-ana-my-app")]
    [InlineData("C:\\Users\\Ana", "C--Users-Ana")]
    [InlineData("/tmp/é😀", "-tmp----")]
    public void Sanitize_AnyPath_ReplacesEachUnitOutsideLettersAndDigits(string path, string name) =>
        Assert.Equal(name, ProjectDirectoryName.Sanitize(path));

    [Fact]
    public void ForWriting_LongPath_PrefersTheDirectoryThatExists()
    {
        using var home = new TranscriptHome();
        var path = "/" + new string('a', 250);
        var fresh = ProjectDirectoryName.ForWriting(home.Root.ProjectsDirectory, path);
        Assert.StartsWith("-" + new string('a', 199) + "-", fresh, StringComparison.Ordinal);

        var existing = fresh[..201] + "otherhash";
        Directory.CreateDirectory(Path.Combine(home.Root.ProjectsDirectory, existing));

        Assert.Equal(existing, ProjectDirectoryName.ForWriting(home.Root.ProjectsDirectory, path));
        Assert.True(ProjectDirectoryName.IsNameOf(existing, ProjectDirectoryName.Sanitize(path)));
    }

    [Theory]
    [InlineData("-home-ana-app", "/home/ana/app")]
    [InlineData("C--Users-Ana", "C:\\Users\\Ana")]
    public void ToDisplayPath_Name_IsAGuess(string name, string path) => Assert.Equal(path, ProjectDirectoryName.ToDisplayPath(name));
}
