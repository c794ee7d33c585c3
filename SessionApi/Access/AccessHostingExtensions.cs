using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Hosting;

namespace Sidecar.SessionApi.Access;

internal static class AccessHostingExtensions
{
    /// <summary>Adds the check of who may use the server.</summary>
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.AddOptionsWithValidateOnStart<AccessOptions, AccessOptionsValidator>()
            .BindConfiguration(AccessOptions.Section)
            .Configure(options =>
            {
                options.RequireToken |= configuration["SERVER_AUTH_REQUIRED"] == "1";
                options.ProcessToken = configuration["CC_HAHA_LOCAL_ACCESS_TOKEN"] is { Length: > 0 } token ? token : options.ProcessToken;
            });
        builder.Services.AddSingleton<IValidateOptions<AccessOptions>, AccessRulesValidator>();
        builder.Services.AddSingleton<OwnerToken>();
        builder.Services.AddSingleton<H5AccessStore>();
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddSingleton<OriginRules>();
        builder.Services.AddMeasured<AccessMetrics>();
        builder.Services.AddSingleton<RemoteCallers>();
        builder.AddRequestLimits();
        // They would write the addresses of requests, with the tokens of sockets, for whoever wants to see all requests.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    /// <summary>Comes first: before the middleware that accepts sockets, and before every endpoint.</summary>
    public static void UseAccess(this WebApplication app) => app.UseMiddleware<AccessGate>();
}
