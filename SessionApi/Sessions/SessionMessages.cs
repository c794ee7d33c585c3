using System.Text.Encodings.Web;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Streams a session's messages to the client, alone or as part of the session.</summary>
/// <param name="path">The transcript.</param>
/// <param name="row">The session to write the members of, or null for messages and task notifications alone.</param>
/// <param name="time">For entries without a timestamp.</param>
internal sealed class SessionMessages(string path, SessionRow? row, TimeProvider time) : IResult
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        var response = httpContext.Response;
        var length = new FileInfo(path).Length;
        var output = response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, Json);
        json.WriteStartObject();
        if (row is not null)
        {
            // The count comes before the messages, so they are read once more; a client that opens a session asks for
            // /messages, which does without.
            var count = 0;
            await TranscriptMessages.ReadAsync(path, length, _ => { count++; return default; }, cancellationToken);
            row.WriteMembers(json, count);
        }

        json.WriteStartArray("messages"u8);
        json.Flush();
        response.ContentType = "application/json; charset=utf-8";
        var messages = new MessageJsonWriter(output, time);
        var notifications = await TranscriptMessages.ReadAsync(
            path, length, message => messages.WriteAsync(message, cancellationToken), cancellationToken);

        json.WriteEndArray();
        if (row is null)
        {
            json.WriteStartArray("taskNotifications"u8);
            foreach (var notification in notifications.All)
            {
                notification.WriteTo(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
