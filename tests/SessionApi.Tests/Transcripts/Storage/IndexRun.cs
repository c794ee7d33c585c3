using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.Tests.SessionApi.Transcripts.Storage;

/// <summary>One run of the program over a home: a catalogue and what it stores. The next run begins when this one is disposed.</summary>
internal sealed class IndexRun : IDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricCollector<long> _reads;
    private readonly FakeLogCollector _log = new();
    private readonly IndexStorageStatus _status;

    public IndexRun(TranscriptHome home, bool persist = true)
    {
        var factory = _meters.GetRequiredService<IMeterFactory>();
        var metrics = new TranscriptMetrics(factory);
        var changes = new IndexChanges();
        _reads = new MetricCollector<long>(factory, TranscriptMetrics.MeterName, "sidecar.catalog.reads");
        Catalog = new SessionCatalog(home.Discovery, new WorkspaceResolver(new WorkspaceLooks(WorkspaceLook.At, home.Time), home.Time), metrics, changes, home.Time, NullLogger<SessionCatalog>.Instance);
        Store = new TranscriptStore(Catalog, home.Discovery, home.Root, new RewriteSteps(), home.Time);
        Files = new IndexFiles(home.Root);
        _status = new IndexStorageStatus(Files, metrics, new FakeLogger<IndexStorageStatus>(_log));
        var options = Options.Create(new IndexStorageOptions { Persist = persist });
        Storage = new IndexStorage(Files, home.Root, Catalog, changes, _status, options, metrics, home.Time, new FakeLogger<IndexStorage>(_log));
        Meters = factory;
    }

    public SessionCatalog Catalog { get; }

    public TranscriptStore Store { get; }

    public IndexFiles Files { get; }

    public IndexStorage Storage { get; }

    public IndexStorageState State => _status.Current;

    public IMeterFactory Meters { get; }

    /// <summary>How many transcripts were opened so far.</summary>
    public long Reads => _reads.GetMeasurementSnapshot().Sum(measurement => measurement.Value);

    public IReadOnlyList<string> Warnings =>
        [.. _log.GetSnapshot().Where(record => record.Level >= LogLevel.Warning).Select(record => record.Message)];

    /// <summary>A run over a home, up to its first list.</summary>
    public static async Task<IndexRun> StartAsync(TranscriptHome home, bool persist = true)
    {
        var run = new IndexRun(home, persist);
        await run.LoadAsync(home);
        await run.Catalog.ScanOnceAsync(CancellationToken.None);
        return run;
    }

    /// <summary>A whole run with an orderly stop.</summary>
    public static async Task PassAsync(TranscriptHome home)
    {
        using var run = await StartAsync(home);
        await run.FlushAsync();
    }

    /// <summary>The first part of a start, before anything is read.</summary>
    public Task LoadAsync(TranscriptHome home)
    {
        var findings = home.Discovery.FindAll();
        Catalog.Expect(findings);
        return Storage.LoadAsync(findings, CancellationToken.None);
    }

    public Task FlushAsync() => Storage.FlushAsync(CancellationToken.None);

    /// <summary>The list as JSON, row by row.</summary>
    public async Task<IReadOnlyList<string>> ListAsync() =>
        [.. (await Catalog.ReadAsync(CancellationToken.None)).Snapshot.Rows.Select(row => Encoding.UTF8.GetString(row.Item.Span))];

    public void Dispose()
    {
        Storage.Dispose();
        _reads.Dispose();
        _meters.Dispose();
    }
}
