using System.Text.Json;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>One frame that a client got.</summary>
/// <param name="Json">The frame.</param>
public readonly record struct LiveFrame(JsonElement Json)
{
    public string Type => Text("type")!;

    public JsonElement this[string member] => Json.GetProperty(member);

    /// <summary>A member that is a string; null when it is absent or something else.</summary>
    public string? Text(string member)
    {
        if (!Json.TryGetProperty(member, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText(); // half a surrogate pair: JSON, but no text
        }
    }

    /// <summary>Where it stands in the session's stream, as a client that comes back writes it.</summary>
    public string Place() => $"{Text("epoch")}.{Json.GetProperty("seq").GetInt64()}";

    /// <summary>Whether this is <c>status</c> with that state.</summary>
    public bool IsStatus(string state) => Type == "status" && Text("state") == state;

    public override string ToString() => Json.GetRawText() is { Length: > 300 } longText ? $"{longText[..300]}…" : Json.GetRawText();
}

/// <summary>Questions that tests ask about frames.</summary>
internal static class LiveFrameExtensions
{
    /// <summary>All text of the model's answer.</summary>
    public static string AnswerText(this IEnumerable<LiveFrame> frames) => string.Concat(frames.TextPieces());

    public static IEnumerable<string> TextPieces(this IEnumerable<LiveFrame> frames) =>
        frames.Where(frame => frame.Type == "content_delta").Select(frame => frame.Text("text")).OfType<string>();

    public static LiveFrame Only(this IEnumerable<LiveFrame> frames, string type) => Assert.Single(frames, frame => frame.Type == type);

    /// <summary>The frames that have a place of their own in the stream.</summary>
    public static List<LiveFrame> Numbered(this IEnumerable<LiveFrame> frames) =>
        [.. frames.Where(frame => frame.Type is not ("connected" or "gap") && frame.Json.TryGetProperty("seq", out _))];

    /// <summary>The frames up to the end of a turn; what follows it reaches one client before the other.</summary>
    public static IEnumerable<LiveFrame> ThroughTheTurn(this IEnumerable<LiveFrame> frames)
    {
        foreach (var frame in frames)
        {
            yield return frame;
            if (frame.Type == "message_complete")
            {
                yield break;
            }
        }
    }

    public static int Count(this IEnumerable<LiveFrame> frames, string type) => frames.Count(frame => frame.Type == type);

    /// <summary>The first frames of these types come in this order.</summary>
    public static void AssertOrder(this IReadOnlyList<LiveFrame> frames, params string[] types)
    {
        var firsts = types.Select(type => frames.ToList().FindIndex(frame => frame.Type == type)).ToList();
        Assert.True(
            !firsts.Contains(-1) && firsts.SequenceEqual(firsts.Order()),
            $"Expected in order: {string.Join(", ", types)}. Frames:\n{string.Join('\n', frames)}");
    }
}
