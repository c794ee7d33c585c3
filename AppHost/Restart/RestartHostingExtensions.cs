#if ASPIRE
#pragma warning disable IDE0005 // Which of these the Aspire SDK uses implicitly depends on its version.
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sidecar.Supervision.Probing;

namespace Sidecar.AppHost.Restart;

internal static class RestartHostingExtensions
{
    /// <summary>
    /// Restarts the resource when it crashes, or when its "http" endpoint does not answer any more: Aspire itself tells that a resource has
    /// ended or is unhealthy, and leaves it at that. The settings are those of the local supervisor (<see cref="ProbeOptions"/>).
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithRestart(this IResourceBuilder<ProjectResource> project, string path)
    {
        var services = project.ApplicationBuilder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<ProbeOptions, ProbeOptionsValidator>().BindConfiguration(ProbeOptions.Section);
        services.AddHostedService<ResourceRestarter>(); // counts once, however often it is added
        return project.WithAnnotation(new RestartAnnotation(path));
    }
}
#endif
