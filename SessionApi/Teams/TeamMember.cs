using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Teams;

/// <summary>One agent of a team.</summary>
/// <param name="AgentId">Such as <c>name@team</c>.</param>
/// <param name="Name">Its name in the team.</param>
/// <param name="AgentType">What kind of agent it is.</param>
/// <param name="Model">What it runs on, as far as it is known.</param>
/// <param name="Color">How it is drawn.</param>
/// <param name="BackendType">How it is run.</param>
/// <param name="IsActive">Whether it is in the middle of a turn; null when nobody says.</param>
/// <param name="JoinedAt">In milliseconds since 1970.</param>
/// <param name="Cwd">Where it works.</param>
/// <param name="SessionId">Its own session, when it has one.</param>
internal sealed record TeamMember(
    string AgentId, string Name, string? AgentType, string? Model, string? Color, string? BackendType, bool? IsActive, long JoinedAt, string Cwd, string? SessionId)
{
    public bool IsRunning => IsActive != false;

    /// <summary>Reads an item of <c>members</c>; null when it has no name.</summary>
    public static TeamMember? Parse(JsonElement member) => member.Text("name"u8) is not { Length: > 0 } name ? null : new TeamMember(
        member.Text("agentId"u8) ?? "",
        name,
        member.Text("agentType"u8),
        member.Text("model"u8),
        member.Text("color"u8),
        member.Text("backendType"u8),
        member.Member("isActive"u8).ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
        member.Number("joinedAt"u8) ?? 0,
        member.Text("cwd"u8) ?? "",
        member.Text("sessionId"u8));

    /// <summary>The short form, of <c>team_update</c>. What nobody says is left out, so that clients keep what they know.</summary>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("agentId"u8, AgentId);
        json.WriteString("role"u8, Name);
        WriteState(json);
        json.WriteEndObject();
    }

    /// <summary>The whole member, of the workbench.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("agentId"u8, AgentId);
        json.WriteString("name"u8, Name);
        WriteIfAny(json, "agentType"u8, AgentType);
        WriteIfAny(json, "model"u8, Model);
        WriteIfAny(json, "color"u8, Color);
        WriteIfAny(json, "backendType"u8, BackendType);
        WriteState(json);
        json.WriteNumber("joinedAt"u8, JoinedAt);
        json.WriteString("cwd"u8, Cwd);
        WriteIfAny(json, "sessionId"u8, SessionId);
        json.WriteEndObject();
    }

    private void WriteState(Utf8JsonWriter json)
    {
        json.WriteString("status"u8, IsRunning ? "running"u8 : "idle"u8);
        if (IsActive is { } active)
        {
            json.WriteString("activity"u8, active ? "active"u8 : "idle"u8);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
