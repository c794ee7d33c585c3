using Microsoft.Extensions.Options;

namespace Sidecar.SidecarWorker.Access;

internal static class AccessHostingExtensions
{
    /// <summary>Adds the check of who may command the worker.</summary>
    public static void AddWorkerAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WorkerAccessOptions>()
            .Configure(options => options.WorkerSecret = builder.Configuration[$"{WorkerAccessOptions.Section}:{nameof(WorkerAccessOptions.WorkerSecret)}"])
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WorkerAccessOptions>, WorkerAccessOptionsValidator>();
    }

    /// <summary>Comes before everything that answers; what it refuses is described by what comes before it.</summary>
    public static void UseWorkerAccess(this WebApplication app) => app.UseMiddleware<WorkerGate>();
}
