using System.Text.Json;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Translation;

namespace Sidecar.Tests.SessionApi.Access.Fuzzing;

/// <summary>The translation of what one agent says, as one session has it.</summary>
internal sealed class TranslatorTarget
{
    private readonly AgentTranslator _translator = new();
    private readonly List<ReadOnlyMemory<byte>> _frames = [];

    /// <summary>Translates a message. Throws when the translator does, or when a frame is no JSON.</summary>
    /// <param name="message">A JSON object, which is all that the worker passes on.</param>
    public void Translate(byte[] message)
    {
        using var document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = Frame.MaxDepth });
        _frames.Clear();
        if (document.RootElement.Is("type"u8, "result"u8))
        {
            _translator.TranslateResult(document.RootElement, wasStopped: false, _frames);
        }
        else
        {
            _translator.Translate(document.RootElement, _frames);
        }

        foreach (var frame in _frames)
        {
            using (JsonDocument.Parse(frame, new JsonDocumentOptions { MaxDepth = 2 * Frame.MaxDepth }))
            {
            }
        }
    }
}
