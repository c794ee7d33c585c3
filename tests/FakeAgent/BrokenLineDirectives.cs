using System.Text;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Lines that a reader must survive. What they say is missing from the assistant message.</summary>
internal static class BrokenLineDirectives
{
    private const string Placeholder = "PLACEHOLDER";

    public static Task TwoOnALineAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var first = Json.Line(stream.UnsentText("first on the line ")).Span[..^1];
        return Write(turn, [.. first, .. Json.Line(stream.UnsentText("second on the line ")).Span]);
    }

    public static Task CutLineAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var line = Json.Line(stream.UnsentText("cut in the middle ")).Span;
        return Write(turn, [.. line[..(line.Length / 2)], (byte)'\n']);
    }

    public static Task InvalidUtf8Async(Turn turn, Directive directive, AssistantStream stream) =>
        Write(turn, TextLineWith(stream, [0xC3, 0x28]));

    public static Task LoneSurrogateAsync(Turn turn, Directive directive, AssistantStream stream) =>
        Write(turn, TextLineWith(stream, @"\ud800"u8));

    public static Task NoiseAsync(Turn turn, Directive directive, AssistantStream stream) =>
        Write(turn, "this line is no JSON at all\n"u8);

    public static Task UnknownAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        turn.Agent.Emit(new JsonObject { ["type"] = "message_of_tomorrow", ["payload"] = new JsonObject { ["level"] = 3 } });
        turn.Agent.Emit(new JsonObject { ["type"] = "system", ["subtype"] = "nobody_knows_this", ["detail"] = "x" });
        turn.Agent.Emit(new JsonObject
        {
            ["type"] = "stream_event",
            ["event"] = new JsonObject { ["type"] = "content_block_of_tomorrow", ["index"] = 9 },
            ["parent_tool_use_id"] = null,
        });
        return Task.CompletedTask;
    }

    /// <summary>A text delta "before ?? after" with the given bytes in the place of the question marks.</summary>
    private static byte[] TextLineWith(AssistantStream stream, ReadOnlySpan<byte> bytes)
    {
        var line = Json.Line(stream.UnsentText($"before {Placeholder} after ")).Span;
        var at = line.IndexOf(Encoding.UTF8.GetBytes(Placeholder));
        return [.. line[..at], .. bytes, .. line[(at + Placeholder.Length)..]];
    }

    private static Task Write(Turn turn, ReadOnlySpan<byte> line)
    {
        turn.Agent.Output.WriteBytes(line);
        return Task.CompletedTask;
    }
}
