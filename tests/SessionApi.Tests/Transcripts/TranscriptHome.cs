using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;
using Sidecar.SessionApi.Transcripts.Storage;
using Sidecar.SessionApi.Transcripts.Watching;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>A config directory of its own for one test, with the transcript services over it.</summary>
internal sealed class TranscriptHome : IDisposable
{
    public const string Id = "6f1c0000-0000-4000-8000-000000000001";
    public const string OtherId = "6f1c0000-0000-4000-8000-000000000002";

    private readonly IndexChanges _changes = new();
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TranscriptHome()
    {
        Directory.CreateDirectory(Path.Combine(Config, "projects"));
        Directory.CreateDirectory(WorkDir);
        Root = new TranscriptRoot(new ConfigurationBuilder()
            .AddInMemoryCollection([new("CLAUDE_CONFIG_DIR", Config), new("HOME", Base)])
            .Build());
        Discovery = new TranscriptDiscovery(Root);
        Meters = _meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        Metrics = new TranscriptMetrics(Meters);
        Catalog = new SessionCatalog(
            Discovery, new WorkspaceResolver(new WorkspaceLooks(WorkspaceLook.At, Time), Time), Metrics, _changes, Time, NullLogger<SessionCatalog>.Instance);
        Store = new TranscriptStore(Catalog, Discovery, Root, new RewriteSteps(), Time);
    }

    public string Base { get; } = Directory.CreateTempSubdirectory("sidecar-transcripts-").FullName;

    public string Config => Path.Combine(Base, "config");

    public string WorkDir => Path.Combine(Base, "work");

    /// <summary>The project directory of <see cref="WorkDir"/>.</summary>
    public string Project => Path.Combine(Config, "projects", ProjectDirectoryName.Sanitize(WorkDir));

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public TranscriptRoot Root { get; }

    public TranscriptDiscovery Discovery { get; }

    public SessionCatalog Catalog { get; }

    public TranscriptStore Store { get; }

    public System.Diagnostics.Metrics.IMeterFactory Meters { get; }

    public TranscriptMetrics Metrics { get; }

    public static string User(string text, string time = "2026-04-01T10:00:00.000Z", string more = "") =>
        $$"""{"type":"user","message":{"role":"user","content":"{{text}}"},"uuid":"u-{{text.Length}}","timestamp":"{{time}}"{{more}}}""";

    public static string Assistant(string text, string time = "2026-04-01T10:00:01.000Z") =>
        $$"""{"message":{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"{{text}}"}]},"type":"assistant","uuid":"a-{{text.Length}}","timestamp":"{{time}}"}""";

    public string PathOf(string id, string extension = ".jsonl") => Path.Combine(Project, id + extension);

    public string Write(string id, params string[] lines) => WriteBytes(id, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    public string WriteBytes(string id, byte[] bytes, string extension = ".jsonl")
    {
        Directory.CreateDirectory(Project);
        File.WriteAllBytes(PathOf(id, extension), bytes);
        return PathOf(id, extension);
    }

    public static string CorpusDirectory(string style) => Path.Combine(AppContext.BaseDirectory, "Corpus", style);

    /// <summary>Takes over a generated history, with the times that its files would have.</summary>
    public void CopyCorpus(string style)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(CorpusDirectory(style), "manifest.json")));
        foreach (var session in manifest.RootElement.GetProperty("sessions").EnumerateArray())
        {
            var file = session.GetProperty("file").GetString()!.Split("/.claude/")[1];
            var target = Path.Combine(Config, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(CorpusDirectory(style), file), target);
            File.SetLastWriteTimeUtc(target, DateTime.Parse(
                session.GetProperty("lastTimestamp").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        }
    }

    public async Task<IReadOnlyList<SessionRow>> ScanAsync()
    {
        await Catalog.ScanOnceAsync(CancellationToken.None);
        await Catalog.RefreshWorkspacesAsync();
        return await ListAsync();
    }

    public async Task<IReadOnlyList<SessionRow>> ListAsync() => (await Catalog.ReadAsync(CancellationToken.None)).Snapshot.Rows;

    /// <summary>The sweep over this home, not started.</summary>
    public CatalogSweep CreateSweep(SessionCatalogOptions settings)
    {
        var options = Options.Create(settings);
        var touched = new TouchedTranscripts(Metrics, Time);
        var watched = new WatchedDirectories(Root, touched, Metrics, options);
        var sweeps = new SweepRequests();
        var follower = new TranscriptFollower(
            Catalog, Discovery, touched, watched, sweeps, Metrics, Time, NullLogger<TranscriptFollower>.Instance);
        var files = new IndexFiles(Root);
        var status = new IndexStorageStatus(files, Metrics, NullLogger<IndexStorageStatus>.Instance);
        var storage = new IndexStorage(
            files, Root, Catalog, _changes, status, Options.Create(new IndexStorageOptions()), Metrics, Time, NullLogger<IndexStorage>.Instance);
        return new CatalogSweep(
            Catalog, Store, storage, Discovery, watched, follower, sweeps, options, Time, NullLogger<CatalogSweep>.Instance);
    }

    public void Dispose()
    {
        _meters.Dispose();
        Directory.Delete(Base, recursive: true);
    }
}
