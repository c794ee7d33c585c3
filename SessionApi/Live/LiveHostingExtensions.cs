using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Telemetry;

namespace Sidecar.SessionApi.Live;

internal static class LiveHostingExtensions
{
    // Sockets are closed at once when we stop; this bounds what does not listen. The worker's stop comes after ours, within 10 s in all.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Adds the live sessions.</summary>
    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<LiveOptions, LiveOptionsValidator>().BindConfiguration(LiveOptions.Section);
        builder.Services.AddSingleton<Agents.AttachmentStore>();
        builder.Services.AddSingleton<Resuming.RetainedFrames>();
        builder.Services.AddSingleton<UsageTotals>();
        builder.Services.AddSingleton<LiveServices>();
        builder.Services.AddMeasured<LiveBounds>();
        builder.Services.AddMeasured<LiveMetrics>();
        builder.Services.AddMeasured<TurnMetrics>();
        builder.Services.AddSingleton<LiveSockets>();
        builder.Services.AddSingleton<LiveSessionRegistry>();
        builder.Services.AddSingleton<ILiveSessionControl>(services => services.GetRequiredService<LiveSessionRegistry>());
        builder.Services.AddSingleton<IAgentAbsence, AgentAbsence>();
        builder.Services.AddSingleton<AgentQueries>();
        builder.Services.AddSingleton<AgentRecovery>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentRecovery>());
        // A half-open line is found by an unanswered ping.
        builder.Services.AddOptions<WebSocketOptions>().Configure<IOptions<LiveOptions>>(static (sockets, live) =>
            (sockets.KeepAliveInterval, sockets.KeepAliveTimeout) = (live.Value.PingInterval, live.Value.PingTimeout));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
    }

    /// <summary>Accepts sockets, and lets them go when the process stops.</summary>
    public static void UseLive(this WebApplication app)
    {
        app.UseWebSockets();
        app.Lifetime.ApplicationStopping.Register(() => app.Services.GetRequiredService<LiveSessionRegistry>().Stop());
    }
}
