using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Sidecar.SessionApi.Errors;

/// <summary>
/// The one shape of every error under <c>/api</c>: problem details (RFC 9457) that also carry <c>error</c>, a stable code, and
/// <c>message</c>, the text that existing clients show.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The value of <c>error</c>.</param>
/// <param name="Message">What is wrong, with the value and what is allowed.</param>
internal sealed record ApiError(int Status, string Code, string Message) : IResult
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ApiError BadRequest(string message, string code = "BAD_REQUEST") => new(StatusCodes.Status400BadRequest, code, message);

    public static ApiError NotFound(string message) => new(StatusCodes.Status404NotFound, "NOT_FOUND", message);

    public static ApiError MethodNotAllowed(string method, string path) =>
        new(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", $"Method {method} not allowed on {path}");

    public static ApiError Conflict(string message) => new(StatusCodes.Status409Conflict, "CONFLICT", message);

    public static ApiError TooLarge(long maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, "PAYLOAD_TOO_LARGE", $"The request body is larger than {maxBytes} bytes");

    public static ApiError Internal() => new(StatusCodes.Status500InternalServerError, "INTERNAL_ERROR", "An unexpected error occurred");

    public static ApiError Unavailable(string message) => new(StatusCodes.Status503ServiceUnavailable, "WORKER_UNAVAILABLE", message);

    public static ApiError Busy(string message) => new(StatusCodes.Status503ServiceUnavailable, "BUSY", message);

    public static ApiError SessionNotFound(string sessionId) => NotFound($"Session not found: {sessionId}");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, Json))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(Status));
            json.WriteNumber("status"u8, Status);
            json.WriteString("detail"u8, Message);
            json.WriteString("error"u8, Code);
            json.WriteString("message"u8, Message);
            json.WriteEndObject();
        }

        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json; charset=utf-8";
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
        }
    }
}
