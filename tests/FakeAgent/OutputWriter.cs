using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The only way out: one write and one flush per line to stdout, or one message to the socket.</summary>
internal sealed class OutputWriter(Stream stdout, SdkLink? link, RecentMessages recent)
{
    private readonly Lock _writing = new();

    public void WriteLine(JsonObject message) => WriteBytes(Json.Line(message).Span);

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (link is not null)
        {
            link.Send(bytes.ToArray());
            return;
        }

        lock (_writing)
        {
            recent.Add(bytes);
            stdout.Write(bytes);
            stdout.Flush();
        }
    }

    /// <summary>Waits until what was written has left.</summary>
    public Task FlushAsync() => link?.FlushAsync() ?? Task.CompletedTask;

    /// <summary>Says the last messages again; where there is a socket, on a new one.</summary>
    public Task RepeatAsync(int count)
    {
        if (link is not null)
        {
            return link.DropAndReplayAsync(count);
        }

        lock (_writing)
        {
            foreach (var message in recent.Last(count))
            {
                stdout.Write(message);
                stdout.Flush();
            }
        }

        return Task.CompletedTask;
    }
}
