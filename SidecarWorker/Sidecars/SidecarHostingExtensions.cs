using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sidecars;

internal static class SidecarHostingExtensions
{
    // After the longest stop: the tree is verified, the last output drained.
    private static readonly TimeSpan AfterStop = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Adds the named sidecars. To be called after the sessions were added: services are told to stop in reverse order, and so the sidecars begin to
    /// stop before the agents are waited for.
    /// </summary>
    public static void AddSidecars(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SidecarsOptions, SidecarsOptionsValidator>().BindConfiguration(SidecarsOptions.Section);
        builder.Services.AddTreeWatch();
        builder.Services.AddMeasured<SidecarMetrics>();
        builder.Services.AddSingleton<SidecarRegistry>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SidecarRegistry>());
        builder.Services.AddOptions<HostOptions>().PostConfigure<IOptions<SidecarsOptions>>((host, sidecars) =>
        {
            var longest = sidecars.Value.Sidecars.Values
                .Select(sidecar => sidecar.Stop.Interrupt + sidecar.Stop.Terminate + sidecar.Stop.Kill + AfterStop)
                .DefaultIfEmpty().Max();
            host.ShutdownTimeout = host.ShutdownTimeout > longest ? host.ShutdownTimeout : longest;
        });
    }
}
