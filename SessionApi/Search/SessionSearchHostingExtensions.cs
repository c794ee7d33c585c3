using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Search.Index;

namespace Sidecar.SessionApi.Search;

internal static class SessionSearchHostingExtensions
{
    /// <summary>Adds the search over all transcripts of the catalogue.</summary>
    public static IHostApplicationBuilder AddSessionSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SessionSearchOptions, SessionSearchOptionsValidator>()
            .BindConfiguration(SessionSearchOptions.Section);
        builder.Services.AddMeasured<SessionSearchBounds>();
        builder.Services.AddMeasured<SessionSearchMetrics>();
        builder.Services.AddSingleton<SearchThreads>();
        builder.Services.AddSingleton<SearchIndex>();
        builder.Services.AddSingleton<SessionSearch>();
        builder.Services.AddSingleton<SearchIndexer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SearchIndexer>());
        return builder;
    }
}
