using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>What one run of an agent says: translated as the session's own output is, and apart from it.</summary>
/// <param name="route">Where its frames go.</param>
internal sealed class AgentRunStream(AgentRunRoute route)
{
    private readonly ModelOutput _output = new();
    private readonly TurnErrors _errors = new();

    public AgentRunRoute Route => route;

    /// <summary>Adds the frames of one message of the run. What clients have no place for gives none.</summary>
    public void Translate(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var own = new List<ReadOnlyMemory<byte>>();
        switch (message.Text("type"u8))
        {
            case "stream_event":
                _output.OnStreamEvent(message, own);
                break;
            case "assistant" when TurnErrors.IsApiError(message):
                _errors.OnApiError(message, own);
                break;
            case "assistant":
                _output.OnAssistant(message, own);
                break;
            case "user":
                UserMessages.TranslateToolResults(message, own);
                break;
            case "system" when message.Text("subtype"u8) is "api_retry" or "streaming_fallback" or "status":
                SystemMessages.Translate(message, own);
                break;
        }

        foreach (var frame in own)
        {
            frames.Add(route.Wrap(frame));
        }
    }
}
