using System.Buffers;
using System.Text.Json;

namespace Sidecar.SessionApi.Inspection;

/// <summary>Adds members to an object that is not ours.</summary>
internal static class JsonMembers
{
    /// <param name="owner">The object; it is not changed.</param>
    /// <param name="add">Writes what is added.</param>
    /// <param name="but">A member of it that is left out.</param>
    public static JsonElement With(JsonElement owner, Action<Utf8JsonWriter> add, string? but = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var member in owner.EnumerateObject().Where(member => member.Name != but))
            {
                member.WriteTo(json);
            }

            add(json);
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(output.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }
}
