using Microsoft.Extensions.DependencyInjection;

namespace Sidecar.Supervision.Limits;

/// <summary>Adds the watch over process trees.</summary>
public static class TreeWatchHostingExtensions
{
    /// <summary>Adds one <see cref="TreeWatch"/>, however many features ask for it: they share its look at all processes.</summary>
    public static IServiceCollection AddTreeWatch(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(TreeWatch)))
        {
            return services;
        }

        services.AddSingleton<TreeWatch>();
        return services.AddHostedService(provider => provider.GetRequiredService<TreeWatch>());
    }
}
