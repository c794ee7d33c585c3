using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

internal static class JsonFrames
{
    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Frame.MaxDepth });
        return document.RootElement.Clone();
    }

    public static string Text(this ReadOnlyMemory<byte> frame) => Encoding.UTF8.GetString(frame.Span);
}
