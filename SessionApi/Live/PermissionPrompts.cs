using System.Text.Json;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Live;

/// <summary>One question of the agent that a person must answer.</summary>
/// <param name="RequestId">The agent's id of the question.</param>
/// <param name="ToolName">The tool that asks.</param>
/// <param name="Input">The tool's input, as JSON.</param>
/// <param name="Suggestions">The rules that the agent suggests for "always", as a JSON array; null when it suggests none.</param>
/// <param name="Frame">What clients are shown, now and when they come back.</param>
internal sealed record PermissionPrompt(
    string RequestId, string ToolName, byte[] Input, byte[]? Suggestions, ReadOnlyMemory<byte> Frame)
{
    /// <summary>Reads a <c>can_use_tool</c> request.</summary>
    public static PermissionPrompt Of(string requestId, JsonElement request)
    {
        var input = request.Member("input"u8);
        var suggestions = request.Member("permission_suggestions"u8);
        return new PermissionPrompt(
            requestId,
            request.Text("tool_name"u8) ?? "",
            input.ValueKind == JsonValueKind.Object ? input.Raw() : "{}"u8.ToArray(),
            suggestions.ValueKind == JsonValueKind.Array ? suggestions.Raw() : null,
            Live.Frame.Of("permission_request", (requestId, request), static (json, asked) =>
            {
                json.WriteString("requestId"u8, asked.requestId);
                json.WriteString("toolName"u8, asked.request.Text("tool_name"u8) ?? "");
                json.WriteRawIfAny("toolUseId"u8, asked.request.Member("tool_use_id"u8));
                json.WriteRawIfAny("input"u8, asked.request.Member("input"u8));
                json.WriteRawIfAny("description"u8, asked.request.Member("description"u8));
            }));
    }
}

/// <summary>
/// The open questions of a session, in the order in which they were asked. They are state, not events: they outlive every socket and
/// the first answer counts. Under the session's gate.
/// </summary>
/// <param name="capacity">How many may be open.</param>
/// <param name="bound">Counts those of all sessions.</param>
internal sealed class PermissionPrompts(int capacity, Bound bound)
{
    private readonly List<PermissionPrompt> _open = [];

    public int Count => _open.Count;

    public IEnumerable<PermissionPrompt> All => _open;

    /// <summary>Adds a question; the same id again replaces the earlier one. Gives back the one that had to leave, which is to be denied.</summary>
    public PermissionPrompt? Add(PermissionPrompt prompt)
    {
        Take(prompt.RequestId);
        _open.Add(prompt);
        bound.Add(1);
        return _open.Count > capacity ? Take(_open[0].RequestId) : null;
    }

    /// <summary>Takes a question out; null when it is not open (any more).</summary>
    public PermissionPrompt? Take(string requestId)
    {
        var index = _open.FindIndex(prompt => prompt.RequestId == requestId);
        if (index < 0)
        {
            return null;
        }

        var prompt = _open[index];
        _open.RemoveAt(index);
        bound.Remove(1);
        return prompt;
    }

    public List<PermissionPrompt> TakeAll()
    {
        List<PermissionPrompt> all = [.. _open];
        _open.Clear();
        bound.Remove(all.Count);
        return all;
    }
}
