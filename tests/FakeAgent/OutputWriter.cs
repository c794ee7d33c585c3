using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The only way to stdout: one write and one flush per line.</summary>
internal sealed class OutputWriter(Stream stdout)
{
    private readonly Lock _writing = new();

    public void WriteLine(JsonObject message) => WriteBytes(Json.Line(message).Span);

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            stdout.Write(bytes);
            stdout.Flush();
        }
    }
}
