using System.Text.Json;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>A client's answer to a permission question.</summary>
/// <param name="Allowed">Whether the tool may run.</param>
/// <param name="AllowAlways">Whether the same may run for the rest of the session.</param>
/// <param name="UpdatedInput">The input to run with, as JSON; null leaves it as asked.</param>
/// <param name="UpdatedPermissions">Rules chosen by the client, as a JSON array; null when it chose none.</param>
/// <param name="DenyMessage">What the model is told when the tool may not run.</param>
internal sealed record PermissionAnswer(
    bool Allowed, bool AllowAlways, byte[]? UpdatedInput, byte[]? UpdatedPermissions, string? DenyMessage)
{
    /// <summary>Reads <c>permission_response</c>.</summary>
    public static PermissionAnswer Read(JsonElement message) => new(
        message.IsTrue("allowed"u8),
        message.Is("rule"u8, "always"u8),
        RawOf(message.Member("updatedInput"u8), JsonValueKind.Object),
        RawOf(message.Member("permissionUpdates"u8), JsonValueKind.Array),
        message.Text("denyMessage"u8));

    /// <summary>The answer for a question that came after its turn was stopped.</summary>
    public static PermissionAnswer Stopped { get; } = new(false, false, null, null, "The user stopped this turn. Do not run the tool.");

    /// <summary>The answer for a question that had to leave because too many are open.</summary>
    public static PermissionAnswer TooMany { get; } =
        new(false, false, null, null, "Too many tool uses wait for the user's permission. Do not run this tool; wait for the answers to the others.");

    /// <summary>The agent's form of the answer.</summary>
    public JsonElement ToMessage(PermissionPrompt prompt) =>
        AgentMessages.ControlSuccess(prompt.RequestId, json =>
        {
            if (Allowed)
            {
                WriteAllow(json, prompt);
            }
            else
            {
                json.WriteString("behavior"u8, "deny"u8);
                json.WriteString("message"u8, DenyText(prompt));
            }
        });

    private void WriteAllow(Utf8JsonWriter json, PermissionPrompt prompt)
    {
        json.WriteString("behavior"u8, "allow"u8);
        json.WritePropertyName("updatedInput"u8);
        json.WriteRawValue(UpdatedInput ?? prompt.Input, skipInputValidation: true);
        if (UpdatedPermissions is { } chosen)
        {
            json.WritePropertyName("updatedPermissions"u8);
            json.WriteRawValue(chosen, skipInputValidation: true);
        }
        else if (AllowAlways)
        {
            json.WriteStartArray("updatedPermissions"u8);
            WriteSessionRules(json, prompt);
            json.WriteEndArray();
        }
    }

    /// <summary>The agent's own suggestions, kept to this session; without any, a rule for the tool.</summary>
    private static void WriteSessionRules(Utf8JsonWriter json, PermissionPrompt prompt)
    {
        using var suggestions = JsonDocument.Parse(prompt.Suggestions ?? "[]"u8.ToArray());
        var any = false;
        foreach (var suggestion in suggestions.RootElement.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
        {
            any = true;
            json.WriteStartObject();
            foreach (var member in suggestion.EnumerateObject().Where(member => member.Name != "destination"))
            {
                json.WritePropertyName(member.Name);
                json.WriteRawValue(member.Value.Raw(), skipInputValidation: true);
            }

            json.WriteString("destination"u8, "session"u8);
            json.WriteEndObject();
        }

        if (!any)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "addRules"u8);
            json.WriteStartArray("rules"u8);
            json.WriteStartObject();
            json.WriteString("toolName"u8, prompt.ToolName);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("behavior"u8, "allow"u8);
            json.WriteString("destination"u8, "session"u8);
            json.WriteEndObject();
        }
    }

    // A denial is an answer for the model, not an abort: it has to know what to do next.
    private string DenyText(PermissionPrompt prompt) => (DenyMessage, prompt.ToolName) switch
    {
        ({ Length: > 0 } reason, _) => $"The user did not allow this tool use and said: {reason}",
        (_, "ExitPlanMode") => "The user wants to keep planning. Stay in plan mode, and ask what to change in the plan.",
        (_, "AskUserQuestion") => "The user did not answer the question. Ask what should be made clear before you go on.",
        _ => "The user did not allow this tool use. Do not try it again in the same way; ask what to do instead.",
    };

    private static byte[]? RawOf(JsonElement value, JsonValueKind kind) => value.ValueKind == kind ? value.Raw() : null;
}
