using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>A session's transcript is found where it is, whatever the catalogue last knew.</summary>
public sealed class TranscriptPlacesTests : IDisposable
{
    private readonly TranscriptHome _home = new();

    [Fact]
    public async Task Locate_MovedByAnotherProcess_IsFoundInItsNewPlace()
    {
        var path = _home.Write(TranscriptHome.Id, TranscriptHome.User("hello"));
        await _home.ScanAsync();
        var other = Elsewhere("-elsewhere");

        File.Move(path, other.MainPath);

        Assert.Equal(other, _home.Store.Locate(TranscriptHome.Id));
    }

    [Fact]
    public async Task Locate_CopiedIntoAnotherProject_IsTheNewerOfTheTwo()
    {
        var path = _home.Write(TranscriptHome.Id, TranscriptHome.User("hello"));
        var other = Elsewhere("-elsewhere");
        File.Copy(path, other.MainPath);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(other.MainPath, new DateTime(2026, 4, 2, 0, 0, 0, DateTimeKind.Utc));
        await _home.ScanAsync();
        Assert.Equal(other, _home.Store.Locate(TranscriptHome.Id));

        File.SetLastWriteTimeUtc(path, new DateTime(2026, 4, 3, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(new TranscriptLocation(_home.Project, TranscriptHome.Id), _home.Store.Locate(TranscriptHome.Id));
    }

    [Fact]
    public async Task Locate_Deleted_IsNowhereUntilItIsThereAgain()
    {
        _home.Write(TranscriptHome.Id, TranscriptHome.User("hello"));
        await _home.ScanAsync();
        Assert.True(await _home.Store.DeleteAsync(TranscriptHome.Id, CancellationToken.None));
        Assert.Null(_home.Store.Locate(TranscriptHome.Id));
        Assert.Empty(_home.Catalog.PlacesOf(TranscriptHome.Id));

        _home.Write(TranscriptHome.Id, TranscriptHome.User("again"));

        Assert.Equal(new TranscriptLocation(_home.Project, TranscriptHome.Id), _home.Store.Locate(TranscriptHome.Id));
    }

    [Fact]
    public async Task Locate_WhileItsAgentIsLaunchedElsewhere_IsWhatTheAgentHasWritten()
    {
        _home.WriteBytes(TranscriptHome.Id, "{}\n"u8.ToArray(), TranscriptLocation.AsideExtension);
        await _home.ScanAsync();
        var other = Elsewhere("-elsewhere");

        File.WriteAllText(other.MainPath, TranscriptHome.User("hello") + "\n");

        Assert.Equal(other, _home.Store.Locate(TranscriptHome.Id));
    }

    public void Dispose() => _home.Dispose();

    private TranscriptLocation Elsewhere(string project)
    {
        var directory = Path.Combine(_home.Config, "projects", project);
        Directory.CreateDirectory(directory);
        return new TranscriptLocation(directory, TranscriptHome.Id);
    }
}
