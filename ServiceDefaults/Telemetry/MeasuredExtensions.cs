using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sidecar.ServiceDefaults.Telemetry;

/// <summary>Singletons that make bounds or instruments, made at the start: who looks at the limits of a service sees all of them, used or not.</summary>
public static class MeasuredExtensions
{
    public static void AddMeasured<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class
    {
        services.AddSingleton<T>();
        services.AddSingleton(new MeasuredPart(static provider => provider.GetRequiredService<T>()));
    }
}

/// <param name="Make">Gets it made.</param>
internal sealed record MeasuredPart(Func<IServiceProvider, object> Make);

/// <summary>Makes them before the service listens.</summary>
internal sealed class MeasuredParts(IServiceProvider services, IEnumerable<MeasuredPart> parts) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            part.Make(services);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
