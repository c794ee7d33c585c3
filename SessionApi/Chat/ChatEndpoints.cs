using System.Text.Json;
using System.Text.Json.Serialization;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Chat;

/// <summary>
/// What older clients know of a session's turn, under <c>/api/sessions</c> and <c>/api/conversations</c>. Turns are run over the WebSocket; a
/// message that is posted here only marks the session as busy.
/// </summary>
internal static class ChatEndpoints
{
    public static void AddChat(this WebApplicationBuilder builder) => builder.Services.AddMeasured<ChatMarks>();

    public static IEndpointRouteBuilder MapChat(this IEndpointRouteBuilder routes)
    {
        (string Path, string Name)[] chats =
        [
            ("/api/sessions/{id}/chat", "Chat"), ("/api/conversations/{id}/chat", "ConversationChat"), ("/api/conversations/{id}", "Conversation"),
        ];
        foreach (var (chat, name) in chats)
        {
            routes.MapPost(chat, Post)
                .Describe($"mark{name}", "Marks a session as busy for {content}. No turn is run: that is done over the WebSocket.")
                .Answers(ChatJson.Default.ChatQueued, StatusCodes.Status202Accepted)
                .Fails(400, 404, 413);
            routes.MapGet($"{chat}/status", Status)
                .Describe($"read{name}Status", "What a session does at the moment. Of one that does not exist it is idle.")
                .Answers(ChatJson.Default.ChatStatus);
            routes.MapPost($"{chat}/stop", Stop)
                .Describe($"stop{name}", "Takes the mark away. A turn that runs goes on: it is stopped over the WebSocket.")
                .Answers(ChatJson.Default.ChatStopped);
        }

        return routes;
    }

    internal static async Task<IResult> Post(
        string id, HttpRequest request, TranscriptStore store, ChatMarks marks, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (!body.Root.TryGetProperty("content"u8, out var content)
            || content.ValueKind != JsonValueKind.String
            || string.IsNullOrWhiteSpace(JsonRequestBody.Text(content)))
        {
            return ApiError.BadRequest("content (string) is required in request body and must not be empty");
        }

        if (store.Locate(id) is null)
        {
            return ApiError.SessionNotFound(id);
        }

        marks.Add(id);
        return TypedResults.Json(
            new ChatQueued(Guid.NewGuid().ToString(), "queued"), ChatJson.Default.ChatQueued, statusCode: StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> Status(string id, AgentQueries agents, ChatMarks marks, CancellationToken cancellationToken) =>
        TypedResults.Json(ChatStatus.Of(await agents.ActivityAsync(id, cancellationToken), marks.Contains(id)), ChatJson.Default.ChatStatus);

    internal static IResult Stop(string id, ChatMarks marks)
    {
        marks.Remove(id);
        return TypedResults.Json(new ChatStopped(Ok: true), ChatJson.Default.ChatStopped);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChatQueued))]
[JsonSerializable(typeof(ChatStatus))]
[JsonSerializable(typeof(ChatStopped))]
internal sealed partial class ChatJson : JsonSerializerContext;

internal sealed record ChatQueued(string MessageId, string Status);

internal sealed record ChatStopped(bool Ok);
