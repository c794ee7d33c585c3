using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Teams;

/// <summary>
/// What the members of a team wrote to each other. Each has an inbox, a JSON array of
/// <c>{"id"?,"from":…,"text":…,"timestamp":…,"summary"?,"color"?}</c>; a message to several is in the inbox of each.
/// </summary>
internal sealed class TeamMessages(TeamFiles files)
{
    private sealed record Message(string Id, string From, string Text, string Timestamp, string? Summary, string? Color)
    {
        public List<string> Recipients { get; } = [];
    }

    /// <summary>Writes them as an array, oldest first.</summary>
    public async Task WriteAsync(string folder, Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        json.WriteStartArray("messages"u8);
        foreach (var message in await ReadAsync(folder, cancellationToken))
        {
            Write(json, message);
        }

        json.WriteEndArray();
    }

    private async Task<List<Message>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var byId = new Dictionary<string, Message>(StringComparer.Ordinal);
        foreach (var file in files.Inboxes(folder))
        {
            using var inbox = await files.ReadAsync(file, cancellationToken);
            if (inbox?.RootElement.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            var recipient = Path.GetFileNameWithoutExtension(file.Name);
            var place = 0;
            foreach (var item in inbox.RootElement.EnumerateArray())
            {
                // One without an id is told from the others by where it lies.
                if (Read(item, $"{recipient}-{place++}") is { } message)
                {
                    byId.TryAdd(message.Id, message);
                    byId[message.Id].Recipients.Add(recipient);
                }
            }
        }

        return [.. byId.Values.OrderBy(message => message.Timestamp, StringComparer.Ordinal).ThenBy(message => message.Id, StringComparer.Ordinal)];
    }

    private static Message? Read(JsonElement item, string place) =>
        item.Text("from"u8) is { } from && item.Text("text"u8) is { } text && item.Text("timestamp"u8) is { } timestamp
            ? new Message(item.Text("id"u8) ?? place, from, text, timestamp, item.Text("summary"u8), item.Text("color"u8))
            : null;

    private static void Write(Utf8JsonWriter json, Message message)
    {
        var toMany = message.Recipients.Count > 1;
        json.WriteStartObject();
        json.WriteString("id"u8, message.Id);
        json.WriteString("from"u8, message.From);
        json.WriteString("to"u8, toMany ? "*" : message.Recipients[0]);
        json.WriteStartArray("recipients"u8);
        foreach (var recipient in message.Recipients)
        {
            json.WriteStringValue(recipient);
        }

        json.WriteEndArray();
        json.WriteString("kind"u8, toMany ? "broadcast"u8 : "direct"u8);
        json.WriteString("text"u8, message.Text);
        json.WriteString("timestamp"u8, message.Timestamp);
        if (message.Summary is not null)
        {
            json.WriteString("summary"u8, message.Summary);
        }

        if (message.Color is not null)
        {
            json.WriteString("color"u8, message.Color);
        }

        json.WriteEndObject();
    }
}
