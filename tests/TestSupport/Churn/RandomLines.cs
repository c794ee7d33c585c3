using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sidecar.Tests.TestSupport.Churn;

/// <summary>Lines as transcripts have them, and lines that they should not have.</summary>
internal sealed class RandomLines(Random random)
{
    private static readonly string[] Words = ["fix", "the", "Größe", "of", "日本語", "list", "👩‍💻", "in", "main.cs", "\"quoted\"", "back\\slash", "tab\t"];

    /// <summary>One line with its line feed.</summary>
    public byte[] Next()
    {
        var line = random.Next(14) switch
        {
            0 => Json(new { type = "custom-title", customTitle = Text(4), sessionId = "x", timestamp = Time() }),
            1 => Json(new { type = "ai-title", aiTitle = Text(4), sessionId = "x", timestamp = Time() }),
            2 => Json(new { type = "session-meta", isMeta = true, workDir = $"/nowhere/{random.Next(3)}", timestamp = Time() }),
            3 => Json(new { type = "summary", summary = Text(5), leafUuid = Guid.NewGuid() }),
            4 => Text(20), // no JSON
            5 => "",
            6 => Json(new { parentUuid = (string?)null, isSidechain = true, type = "user", message = Message("user", 6), uuid = Guid.NewGuid(), timestamp = Time() }),
            7 => Json(new { type = "user", isMeta = true, message = Message("user", 6), uuid = Guid.NewGuid(), timestamp = Time() }),
            8 => Json(new { message = Message("assistant", 2000), uuid = Guid.NewGuid(), timestamp = Time(), cwd = "/nowhere/far", type = "assistant" }),
            9 or 10 or 11 => Json(new { type = "assistant", message = Message("assistant", 12), uuid = Guid.NewGuid(), timestamp = Time() }),
            _ => Json(new { type = "user", message = Message("user", 8), uuid = Guid.NewGuid(), timestamp = Time(), cwd = $"/nowhere/{random.Next(3)}" }),
        };
        return [.. Encoding.UTF8.GetBytes(line), (byte)'\n'];
    }

    /// <summary>Several lines.</summary>
    public byte[] Next(int count) => [.. Enumerable.Range(0, count).SelectMany(_ => Next())];

    private object Message(string role, int words) => new { role, content = new[] { new { type = "text", text = Text(words) } } };

    private string Text(int words) => string.Join(' ', Enumerable.Range(0, 1 + random.Next(words)).Select(_ => Words[random.Next(Words.Length)]));

    private string Time() => DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(random.Next(1_000_000))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
