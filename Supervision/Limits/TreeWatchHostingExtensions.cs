using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Sidecar.Supervision.Limits;

/// <summary>Registers the watch over trees.</summary>
public static class TreeWatchHostingExtensions
{
    /// <summary>Adds the one <see cref="TreeWatch"/> of this process; without effect when it is there.</summary>
    public static IServiceCollection AddTreeWatch(this IServiceCollection services)
    {
        services.TryAddSingleton<TreeWatch>();
        // By implementation type, so that a second call adds nothing.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TreeWatch>(provider => provider.GetRequiredService<TreeWatch>()));
        return services;
    }
}
