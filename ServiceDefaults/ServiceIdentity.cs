using System.Reflection;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Resources;

namespace Sidecar.ServiceDefaults;

/// <summary>Who this process is, in health answers and in telemetry.</summary>
/// <param name="Name">The service name, such as <c>session-api</c>.</param>
/// <param name="Version">The product version without build metadata.</param>
/// <param name="InstanceId">New at every start, so that a restart can be seen from outside.</param>
public sealed record ServiceIdentity(string Name, string Version, string InstanceId)
{
    /// <summary>The version of the program that runs.</summary>
    public static string ProductVersion { get; } =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static readonly string Instance = Guid.NewGuid().ToString("n");

    /// <summary>The identity of this process under <paramref name="name"/>.</summary>
    public static ServiceIdentity Of(string name) => new(name, ProductVersion, Instance);

    /// <summary>Names this process in all telemetry; <c>OTEL_SERVICE_NAME</c> wins over <paramref name="serviceName"/>.</summary>
    internal static void AddTo(ResourceBuilder resource, IConfiguration configuration, string serviceName)
    {
        var name = configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } chosen ? chosen : serviceName;
        resource.AddService(name, serviceVersion: ProductVersion, serviceInstanceId: Instance);
    }
}
