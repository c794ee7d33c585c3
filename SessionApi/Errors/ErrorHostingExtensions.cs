namespace Sidecar.SessionApi.Errors;

internal static class ErrorHostingExtensions
{
    public static IHostApplicationBuilder AddApiErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiResources>();
        return builder;
    }

    /// <summary>Must come first: it describes what everything behind it could not answer.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app) => app.UseMiddleware<ApiErrorMiddleware>();
}
