using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Diagnostics;

/// <summary>
/// <c>POST /api/diagnostics/events</c>: a client says that a call failed for it. The report is read to its end and counted; its beginning is in the
/// log at <c>Debug</c>. Nothing is kept: a client that fails all the time reports all the time.
/// </summary>
internal static partial class ClientEventEndpoints
{
    private const int MaxBytes = 1024 * 1024;
    private const int LoggedBytes = 1024;

    public static void AddClientEvents(this WebApplicationBuilder builder) => builder.Services.AddMeasured<ClientEventMetrics>();

    public static void MapClientEvents(this IEndpointRouteBuilder routes) => routes.MapPost("/api/diagnostics/events", Take)
        .Describe("reportClientEvent", $"A client says what went wrong for it. The body may have {MaxBytes} bytes of anything; it is counted and not kept.")
        .Answers(ClientEventJson.Default.ClientEventTaken)
        .Fails(413);

    internal static async Task<IResult> Take(
        HttpRequest request, ClientEventMetrics metrics, ILogger<ClientEventMetrics> logger, CancellationToken cancellationToken)
    {
        var beginning = new ArrayBufferWriter<byte>(LoggedBytes);
        var isDone = await DrainAsync(request, beginning, cancellationToken);
        metrics.Reported(tooLarge: !isDone);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.Reported(logger, Encoding.UTF8.GetString(beginning.WrittenSpan));
        }

        return isDone
            ? TypedResults.Json(new ClientEventTaken(Ok: true), ClientEventJson.Default.ClientEventTaken)
            : ApiError.TooLarge(MaxBytes);
    }

    /// <summary>False when there is more than may be.</summary>
    private static async Task<bool> DrainAsync(HttpRequest request, ArrayBufferWriter<byte> beginning, CancellationToken cancellationToken)
    {
        var length = 0L;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            length += read.Buffer.Length;
            var kept = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, LoggedBytes - beginning.WrittenCount));
            foreach (var segment in kept)
            {
                beginning.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (length > MaxBytes || read.IsCompleted)
            {
                return length <= MaxBytes;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A client reports: {Report}")]
        public static partial void Reported(ILogger logger, string report);
    }
}

internal sealed record ClientEventTaken(bool Ok);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClientEventTaken))]
internal sealed partial class ClientEventJson : JsonSerializerContext;
