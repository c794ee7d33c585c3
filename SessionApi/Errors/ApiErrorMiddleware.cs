namespace Sidecar.SessionApi.Errors;

/// <summary>Gives every failure under <c>/api</c> the shape of <see cref="ApiError"/>, whoever answered it.</summary>
internal sealed partial class ApiErrorMiddleware(RequestDelegate next, ApiResources resources, ILogger<ApiErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            if (failure is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            await Describe(failure, context.Request).ExecuteAsync(context);
            return;
        }

        if (!context.Response.HasStarted && context.Response.ContentType is null && EmptyAnswer(context) is { } error)
        {
            await error.ExecuteAsync(context);
        }
    }

    private ApiError Describe(Exception failure, HttpRequest request)
    {
        switch (failure)
        {
            case ApiErrorException api:
                return api.Error;
            case BadHttpRequestException bad:
                return new ApiError(bad.StatusCode, "BAD_REQUEST", bad.Message);
            default:
                Log.Unexpected(logger, request.Method, request.Path, failure);
                return ApiError.Internal();
        }
    }

    // Routing answers these two with a bare status.
    private ApiError? EmptyAnswer(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => resources.NotFound(context.Request.Path),
        StatusCodes.Status405MethodNotAllowed => ApiError.MethodNotAllowed(context.Request.Method, context.Request.Path),
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed.")]
        public static partial void Unexpected(ILogger logger, string method, PathString path, Exception exception);
    }
}
