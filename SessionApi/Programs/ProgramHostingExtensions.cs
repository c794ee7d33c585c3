using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sidecar.SessionApi.Programs;

internal static class ProgramHostingExtensions
{
    /// <summary>Adds what runs programs for an answer. May be called by everyone who needs it.</summary>
    public static void AddPrograms(this IHostApplicationBuilder builder) => builder.Services.TryAddSingleton<ProgramRunner>();
}
