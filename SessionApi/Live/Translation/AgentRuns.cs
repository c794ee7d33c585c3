using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>
/// The agents that run below the session's own one, each run a stream with its own page in clients. What they say comes interleaved, inside
/// <c>{"type":"system","subtype":"agent_run_message","run_agent_id":…,"stream_id":…,"target_agent_id":…,"event_kind":"message","message":{…}}</c>
/// with <c>complete</c>, <c>cancelled</c> or <c>error</c> at the end, and may go on behind the turn that began it. Not for concurrent use.
/// </summary>
internal sealed class AgentRuns
{
    // An agent has a handful of them at a time; the cap only bounds one that never reports an end. For one more the oldest is forgotten,
    // and goes on as one that is joined in the middle.
    private const int MaxOpen = 256;

    private readonly OrderedDictionary<string, AgentRunStream> _open = new(StringComparer.Ordinal);

    /// <summary>Whether a message is of such a run. It belongs to no turn: what holds back the session's own output does not hold it back.</summary>
    public static bool Speak(JsonElement message) => message.Is("type"u8, "system"u8) && message.Is("subtype"u8, "agent_run_message"u8);

    /// <summary>Adds the frames of one message of a run.</summary>
    public void Translate(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        if (AgentRunRoute.Of(message) is not { } route)
        {
            return; // nobody could show it
        }

        switch (message.Text("event_kind"u8))
        {
            case "message":
                Open(route).Translate(message.Member("message"u8), frames);
                break;
            case "complete":
                frames.Add(route.Wrap(Frame.Idle));
                _open.Remove(route.Stream);
                break;
            case "cancelled":
                frames.Add(route.Wrap(Frame.StreamingFallback("stream_retry"))); // clients take back the message that is not whole
                frames.Add(route.Wrap(Frame.Idle));
                _open.Remove(route.Stream);
                break;
            case "error":
                frames.Add(route.Wrap(Frame.Error("AGENT_RUN_ERROR", message.Text("error"u8) ?? "The agent's run failed.")));
                _open.Remove(route.Stream);
                break;
        }
    }

    /// <summary>The process that they ran in has ended: the frames that end those which are open.</summary>
    public List<ReadOnlyMemory<byte>> End()
    {
        List<ReadOnlyMemory<byte>> frames = [.. _open.Values.Select(stream => stream.Route.Wrap(Frame.Idle))];
        _open.Clear();
        return frames;
    }

    private AgentRunStream Open(AgentRunRoute route)
    {
        if (!_open.TryGetValue(route.Stream, out var stream))
        {
            if (_open.Count >= MaxOpen)
            {
                _open.RemoveAt(0);
            }

            _open.Add(route.Stream, stream = new AgentRunStream(route));
        }

        return stream;
    }
}
