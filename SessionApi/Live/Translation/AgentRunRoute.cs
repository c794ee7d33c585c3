using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>Which run of an agent a message is of, and where clients show it.</summary>
/// <param name="Run">The agent that runs.</param>
/// <param name="Stream">This run of it alone: the same agent may run several times, at once too.</param>
/// <param name="Target">The agent under whose name clients show it.</param>
/// <param name="Scope">What the target's name is unique in, such as a team; null for the session.</param>
internal readonly record struct AgentRunRoute(string Run, string Stream, string Target, string? Scope)
{
    /// <summary>Reads the route of an <c>agent_run_message</c>; null when it does not name one.</summary>
    public static AgentRunRoute? Of(JsonElement message) =>
        Name(message, "run_agent_id"u8) is { } run && Name(message, "stream_id"u8) is { } stream && Name(message, "target_agent_id"u8) is { } target
            ? new AgentRunRoute(run, stream, target, Name(message, "target_agent_scope_id"u8))
            : null;

    /// <summary>The frame that brings one of the session's own frames to the clients as one of this run.</summary>
    public ReadOnlyMemory<byte> Wrap(ReadOnlyMemory<byte> frame) => Frame.Of("agent_run_event", (route: this, frame), static (json, wrapped) =>
    {
        json.WriteString("runAgentId"u8, wrapped.route.Run);
        json.WriteString("streamId"u8, wrapped.route.Stream);
        json.WriteString("targetAgentId"u8, wrapped.route.Target);
        if (wrapped.route.Scope is { } scope)
        {
            json.WriteString("targetAgentScopeId"u8, scope);
        }

        json.WritePropertyName("event"u8);
        json.WriteRawValue(wrapped.frame.Span, skipInputValidation: true);
    });

    private static string? Name(JsonElement message, ReadOnlySpan<byte> member) =>
        message.Text(member) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
