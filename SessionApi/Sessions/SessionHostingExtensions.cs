using Sidecar.ServiceDefaults.Telemetry;

namespace Sidecar.SessionApi.Sessions;

internal static class SessionHostingExtensions
{
    public static IHostApplicationBuilder AddSessions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionPages>();
        builder.Services.AddMeasured<SessionListMetrics>();
        builder.Services.AddSingleton<SessionList>();
        builder.Services.AddSingleton<ProjectList>();
        builder.Services.AddSingleton<SessionCreation>();
        builder.Services.AddSingleton<SessionBatchDeletion>();
        return builder;
    }
}
