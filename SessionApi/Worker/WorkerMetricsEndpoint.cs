using Sidecar.ServiceDefaults.Telemetry;

namespace Sidecar.SessionApi.Worker;

/// <summary>
/// <c>GET /metrics/worker</c>: the worker's metrics beside our own, when they are asked for (<see cref="MetricsOptions"/>). The worker itself
/// listens where the AppHost has found a free port, and answers nobody but us.
/// </summary>
internal static class WorkerMetricsEndpoint
{
    public static void MapWorkerMetrics(this WebApplication app)
    {
        if (MetricsOptions.HasPrometheus(app.Configuration))
        {
            app.MapGet("/metrics/worker", (RequestDelegate)AnswerAsync);
        }
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        try
        {
            using var answer = await context.RequestServices.GetRequiredService<WorkerClient>().OpenMetricsAsync(context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (WorkerFailedException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable; // the scraper marks the target as down
        }
    }
}
