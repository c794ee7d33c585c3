using System.Text.Encodings.Web;
using System.Text.Json;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Streams a session's messages to the client, alone or as part of the session.</summary>
/// <param name="location">The transcript.</param>
/// <param name="root">The folder that nothing may lead out of.</param>
/// <param name="row">The session to write the members of, or null for messages and task notifications alone.</param>
/// <param name="time">For entries without a timestamp.</param>
/// <param name="page">Which part of the messages to write; null for all of them.</param>
internal sealed class SessionMessages(
    TranscriptLocation location, TranscriptRoot root, SessionRow? row, TimeProvider time, MessagePage? page = null) : IResult
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        var response = httpContext.Response;
        var path = location.CurrentPath;
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            // Deleted since it was looked up.
            await ApiError.SessionNotFound(location.SessionId).ExecuteAsync(httpContext);
            return;
        }

        var length = file.Length;
        using var handle = TranscriptLineReader.Open(path);
        var window = page is null
            ? new MessageWindow(0, length, IsAfterNotification: false)
            : await MessageWindow.FindAsync(handle, page.Before, page.Limit, cancellationToken);
        // Only /messages folds agents in: messageCount counts what the session itself holds.
        var subagents = row is null ? SubagentTranscript.FindAll(location, root) : [];
        var startedBy = subagents.Select(transcript => transcript.ToolUseId).ToHashSet();
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
        var toolUses = new List<string>();
        var notifications = await TranscriptMessages.ReadAsync(
            handle,
            window,
            message =>
            {
                toolUses.AddRange(message.ToolUseIds(startedBy.Contains));
                return messages.WriteAsync(message, cancellationToken);
            },
            cancellationToken);
        await new SubagentMessages(subagents, messages).WriteAsync(toolUses, cancellationToken);

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

        if (page is not null)
        {
            WriteNextBefore(json, window.Start);
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static void WriteNextBefore(Utf8JsonWriter json, long start)
    {
        if (start > 0)
        {
            json.WriteNumber("nextBefore"u8, start);
        }
        else
        {
            json.WriteNull("nextBefore"u8);
        }
    }
}
