using Microsoft.Extensions.DependencyInjection;

namespace Sidecar.Supervision.Memory;

/// <summary>How the programs of the system keep small while they have nothing to do.</summary>
public static class MemoryHostingExtensions
{
    /// <summary>Gives memory back whenever the program has become quiet.</summary>
    public static IServiceCollection AddMemoryTrimming(this IServiceCollection services) => services.AddHostedService<MemoryTrimming>();
}
