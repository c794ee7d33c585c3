using System.Buffers;
using System.Text.Json;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.Tests.SidecarWorker.Agents;

/// <summary>What the worker makes of the lines of one agent CLI.</summary>
internal sealed class OutputTarget
{
    private readonly TurnLines _turn = new();

    /// <summary>Takes a line. Throws when a reader does, or when a message is no JSON object on one line.</summary>
    /// <returns>Its messages.</returns>
    public List<byte[]> Take(byte[] line)
    {
        var (messages, noise) = JsonLine.Split(new ReadOnlySequence<byte>(line));
        foreach (var message in messages)
        {
            using (var document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 256 }))
            {
                var isMessage = document.RootElement.ValueKind == JsonValueKind.Object && !message.AsSpan().ContainsAny((byte)'\n', (byte)'\r');
                _ = isMessage ? isMessage : throw new InvalidOperationException("A message is no object, or has two lines.");
                JsonLine.Of(document.RootElement);
            }

            _turn.OnMessage(MessageHead.Read(message), message);
        }

        _ = noise is null ? null : Secrets.Redact(noise);
        return messages;
    }
}
