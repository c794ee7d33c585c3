using System.Buffers;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Feed;

/// <summary>The frames of the feed.</summary>
internal static class FeedFrames
{
    /// <summary>Sent when nothing else is: who hears nothing has a dead line.</summary>
    public static readonly byte[] Beat = [.. "{\"type\":\"beat\"}"u8];

    // {"type":"list","revision":7,"sessions":12,"state":"ready"}
    public static byte[] List(long revision, CatalogStanding standing) => Write(json =>
    {
        json.WriteString("type"u8, "list"u8);
        json.WriteNumber("revision"u8, revision);
        json.WriteNumber("sessions"u8, standing.Rows);
        json.WriteString("state"u8, CatalogStates.Name(standing.State));
    });

    // {"type":"activity","sessions":{"<id>":"waiting"}}
    public static byte[] Activity(LiveActivities activities) => Write(json =>
    {
        json.WriteString("type"u8, "activity"u8);
        json.WriteStartObject("sessions"u8);
        foreach (var session in activities.Sessions)
        {
            json.WriteString(session.SessionId, session.State);
        }

        json.WriteEndObject();
        if (activities.IsCut)
        {
            json.WriteBoolean("truncated"u8, true);
        }
    });

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
