using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The only way out: one write and one flush per line, to stdout or to the socket.</summary>
internal sealed class OutputWriter(Stream stdout, RecentMessages recent)
{
    private readonly Lock _writing = new();

    public void WriteLine(JsonObject message) => WriteBytes(Json.Line(message).Span);

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            recent.Add(bytes);
            stdout.Write(bytes);
            stdout.Flush();
        }
    }

    /// <summary>Says the last messages again; where there is a socket, on a new one.</summary>
    public void Repeat(int count)
    {
        lock (_writing)
        {
            if (stdout is SdkLink link)
            {
                link.DropAndReplay(count);
                return;
            }

            foreach (var message in recent.Last(count))
            {
                stdout.Write(message);
                stdout.Flush();
            }
        }
    }
}
