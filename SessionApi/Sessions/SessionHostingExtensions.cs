namespace Sidecar.SessionApi.Sessions;

internal static class SessionHostingExtensions
{
    public static IHostApplicationBuilder AddSessions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionCreation>();
        builder.Services.AddSingleton<SessionBatchDeletion>();
        return builder;
    }
}
