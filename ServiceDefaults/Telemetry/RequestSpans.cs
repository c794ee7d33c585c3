using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sidecar.ServiceDefaults.Telemetry;

/// <summary>
/// Gives the span of a recorded request its name, its route and how it ended, by the OpenTelemetry conventions for HTTP servers: the web server
/// itself tells what is known at the beginning. Requests that are not recorded pass by.
/// </summary>
internal sealed class RequestSpans : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((HttpContext context, RequestDelegate inner) =>
            Activity.Current is { IsAllDataRequested: true, Kind: ActivityKind.Server } span ? DescribeAsync(span, context, inner) : inner(context));
        next(app);
    };

    private static async Task DescribeAsync(Activity span, HttpContext context, RequestDelegate inner)
    {
        try
        {
            await inner(context);
            span.SetTag("http.response.status_code", context.Response.StatusCode);
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            {
                Fail(span, context.Response.StatusCode.ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (Exception exception)
        {
            Fail(span, exception.GetType().FullName!);
            throw;
        }
        finally
        {
            if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
            {
                span.SetTag("http.route", route);
                span.DisplayName = $"{context.Request.Method} {route}";
            }
            else
            {
                span.DisplayName = context.Request.Method;
            }
        }
    }

    private static void Fail(Activity span, string type)
    {
        span.SetTag("error.type", type);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
