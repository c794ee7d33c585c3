using Microsoft.Extensions.DependencyInjection.Extensions;

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
        builder.Services.AddSingleton<TranscriptMetrics>();
        builder.Services.AddSingleton<SessionCatalog>();
        builder.Services.AddSingleton<TranscriptStore>();
        builder.Services.AddSingleton<TranscriptDurability>();
        builder.Services.AddHostedService<CatalogSweep>();
        builder.Services.AddHostedService<WorkspaceSweep>();
        return builder;
    }
}
