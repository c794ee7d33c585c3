using System.Text.Json.Nodes;

namespace Sidecar.Benchmarks.Live;

/// <summary>What a client sends.</summary>
internal static class LiveMessages
{
    public static string Ping { get; } = Of("ping");

    public static string Stop { get; } = Of("stop_generation");

    public static string SyncState { get; } = Of("sync_state");

    public static string User(string content, string? id = null) =>
        id is null ? Of("user_message", ("content", content)) : Of("user_message", ("content", content), ("id", id));

    public static string Permission(string requestId, bool allowed) => Of("permission_response", ("requestId", requestId), ("allowed", allowed));

    private static string Of(string type, params (string Name, JsonNode? Value)[] members)
    {
        var message = new JsonObject { ["type"] = type };
        foreach (var (name, value) in members)
        {
            message[name] = value;
        }

        return message.ToJsonString();
    }
}
