using Microsoft.Extensions.DependencyInjection.Extensions;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Status;
using Sidecar.SessionApi.Transcripts.Rewriting;
using Sidecar.SessionApi.Transcripts.Storage;
using Sidecar.SessionApi.Transcripts.Watching;

namespace Sidecar.SessionApi.Transcripts;

internal static class TranscriptHostingExtensions
{
    /// <summary>Adds the catalogue of transcripts, which is built and kept up to date in the background.</summary>
    public static IHostApplicationBuilder AddTranscripts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SessionCatalogOptions, SessionCatalogOptionsValidator>()
            .BindConfiguration(SessionCatalogOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TranscriptRoot>();
        builder.Services.AddSingleton<TranscriptDiscovery>();
        builder.Services.AddSingleton(services => new WorkspaceLooks(WorkspaceLook.At, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<WorkspaceResolver>();
        builder.Services.AddMeasured<TranscriptMetrics>();
        builder.Services.AddSingleton<SessionCatalog>();
        builder.Services.AddSingleton<RewriteSteps>();
        builder.Services.AddSingleton<TranscriptStore>();
        builder.Services.AddSingleton<TranscriptDurability>();
        builder.Services.AddSingleton<TouchedTranscripts>();
        builder.Services.AddSingleton<WatchedDirectories>();
        builder.Services.AddSingleton<SweepRequests>();
        builder.Services.AddSingleton<TranscriptFollower>();
        builder.Services.AddSingleton<IndexStatusSource>();
        builder.AddIndexStorage();
        builder.Services.AddHostedService<CatalogSweep>();
        builder.Services.AddHostedService<WorkspaceSweep>();
        return builder;
    }

    // Before the sweep, and so stopped after it: the last batch holds what the last round found.
    private static void AddIndexStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IndexStorageOptions>().BindConfiguration(IndexStorageOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IndexFiles>();
        builder.Services.AddSingleton<IndexChanges>();
        builder.Services.AddSingleton<IndexStorageStatus>();
        builder.Services.AddSingleton<IndexStorage>();
        builder.Services.AddHostedService<IndexWriter>();
    }
}
