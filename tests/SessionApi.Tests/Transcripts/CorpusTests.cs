using System.Text.Json;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>The list over a generated history equals what its generator says it must be, in both styles of the CLI.</summary>
public sealed class CorpusTests
{
    [Theory]
    [InlineData("classic")]
    [InlineData("current")]
    public async Task List_GeneratedHistory_EqualsItsManifest(string style)
    {
        using var home = new TranscriptHome();
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(TranscriptHome.CorpusDirectory(style), "manifest.json")));
        var expected = manifest.RootElement.GetProperty("sessions").EnumerateArray().Select(ExpectedRow).ToList();
        home.CopyCorpus(style);

        var rows = await home.ScanAsync();

        Assert.Equal(
            expected.OrderByDescending(row => row.ModifiedAt, StringComparer.Ordinal).ThenBy(row => row.Id, StringComparer.Ordinal),
            rows.Select(row => new Row(row.Id, row.Title, row.MessageCount, row.ModifiedAt, row.WorkspaceKey.WorkDir)));
    }

    private static Row ExpectedRow(JsonElement session) => new(
        session.GetProperty("id").GetString()!,
        session.GetProperty("title").GetString()!,
        session.GetProperty("messageCount").GetInt32(),
        session.GetProperty("lastTimestamp").GetString()!,
        session.GetProperty("workDir").GetString()!);

    private sealed record Row(string Id, string Title, int MessageCount, string ModifiedAt, string WorkDir);
}
