using System.Text.Json;
using System.Text.Json.Serialization;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Chat;

/// <summary>
/// What older clients know of a session's turn, under <c>/api/sessions</c> and <c>/api/conversations</c>. Turns are run over the WebSocket; a
/// message that is posted here only marks the session as busy.
/// </summary>
internal static class ChatEndpoints
{
    public static void AddChat(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ChatMarks>();

    public static IEndpointRouteBuilder MapChat(this IEndpointRouteBuilder routes)
    {
        foreach (var chat in (string[])["/api/sessions/{id}/chat", "/api/conversations/{id}/chat", "/api/conversations/{id}"])
        {
            routes.MapPost(chat, Post);
            routes.MapGet($"{chat}/status", Status);
            routes.MapPost($"{chat}/stop", Stop);
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
