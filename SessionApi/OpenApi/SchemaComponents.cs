using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Sidecar.SessionApi.OpenApi;

/// <summary>The shapes of bodies, each once in the document under the name of its record.</summary>
internal sealed class SchemaComponents
{
    private const string Root = "#/components/schemas/";

    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true };

    public JsonObject All { get; } = [];

    /// <summary>Adds the shape of a type; a reference to it.</summary>
    public JsonObject Add(JsonTypeInfo type)
    {
        var name = type.Type.Name;
        if (All.ContainsKey(name))
        {
            return Reference(name);
        }

        // Of a type that may be anything, such as JsonObject, the exporter says "true".
        return Add(name, type.GetJsonSchemaAsNode(Exporting) as JsonObject ?? new JsonObject { ["type"] = "object" });
    }

    /// <summary>Adds a shape; a reference to it.</summary>
    public JsonObject Add(string name, JsonObject schema)
    {
        Anchor(schema, Root + name);
        All[name] = schema;
        return Reference(name);
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = Root + name };

    // The exporter refers from the root of the shape; here that is not the root of the document.
    private static void Anchor(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject schema:
                if (schema["$ref"] is JsonValue value && value.TryGetValue<string>(out var reference))
                {
                    schema["$ref"] = root + reference[1..];
                }

                foreach (var (_, member) in schema.ToList())
                {
                    Anchor(member, root);
                }

                break;
            case JsonArray several:
                foreach (var member in several)
                {
                    Anchor(member, root);
                }

                break;
        }
    }
}
