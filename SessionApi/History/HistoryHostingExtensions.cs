using Sidecar.SessionApi.History.Files;

namespace Sidecar.SessionApi.History;

internal static class HistoryHostingExtensions
{
    public static IHostApplicationBuilder AddHistory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionRewind>();
        builder.Services.AddSingleton<SessionBranch>();
        builder.Services.AddSingleton<TurnCheckpoints>();
        builder.Services.AddHostedService<RestoreRecovery>();
        return builder;
    }
}
