namespace Sidecar.SessionApi.Sessions;

internal static class SessionHostingExtensions
{
    public static IHostApplicationBuilder AddSessions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionPages>();
        builder.Services.AddSingleton<SessionListMetrics>();
        builder.Services.AddSingleton<SessionList>();
        builder.Services.AddSingleton<SessionCreation>();
        builder.Services.AddSingleton<SessionBatchDeletion>();
        return builder;
    }
}
