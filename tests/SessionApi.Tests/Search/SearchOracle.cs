using System.Text;
using System.Text.Json;

namespace Sidecar.Tests.SessionApi.Search;

/// <summary>
/// What a search must find, told the slow way: every line through a JSON parser, every text compared character by character. Knows nothing of
/// the program but its rules, and of those only the ones that its lines need.
/// </summary>
internal static class SearchOracle
{
    /// <summary>How many texts of each session hold the query; sessions without one are not in it.</summary>
    public static SortedDictionary<string, int> Find(string projects, string query, bool isCaseSensitive = false)
    {
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(projects, "*.jsonl", SearchOption.AllDirectories))
        {
            var count = TextsOf(path).Count(text => Holds(text, query, isCaseSensitive));
            if (count > 0)
            {
                found.Add(Path.GetFileNameWithoutExtension(path), count);
            }
        }

        return found;
    }

    /// <summary>The same of an answer.</summary>
    public static SortedDictionary<string, int> Counts(JsonElement answer) => new(
        answer.GetProperty("results").EnumerateArray().ToDictionary(
            result => result.GetProperty("sessionId").GetString()!, result => result.GetProperty("matchCount").GetInt32()),
        StringComparer.Ordinal);

    /// <summary>Every text that is searched, in its order.</summary>
    public static IEnumerable<string> TextsOf(string path)
    {
        var content = Encoding.UTF8.GetString(File.ReadAllBytes(path));
        return content.Split('\n')[..^1].SelectMany(EntriesOf).SelectMany(TextsOf);
    }

    // Interrupted writers leave two entries on a line, and ends of entries.
    private static List<JsonElement> EntriesOf(string line)
    {
        var entries = new List<JsonElement>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line), new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                entries.Add(JsonElement.ParseValue(ref reader));
            }
        }
        catch (JsonException)
        {
            // What was read before counts.
        }

        return entries;
    }

    private static IEnumerable<string> TextsOf(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("type", out var type) || type.GetString() is not ("user" or "assistant")
            || (entry.TryGetProperty("isMeta", out var isMeta) && isMeta.ValueKind == JsonValueKind.True)
            || !entry.TryGetProperty("message", out var message) || !message.TryGetProperty("content", out var content))
        {
            return [];
        }

        return content.ValueKind == JsonValueKind.String
            ? [content.GetString()!]
            : content.EnumerateArray()
                .Where(block => block.TryGetProperty("type", out var kind) && kind.GetString() == "text")
                .Select(block => block.GetProperty("text").GetString()!);
    }

    private static bool Holds(string text, string query, bool isCaseSensitive)
    {
        var (units, wanted) = isCaseSensitive ? (text.EnumerateRunes().ToList(), query.EnumerateRunes().ToList()) : (Folded(text), Folded(query));
        for (var start = 0; start + wanted.Count <= units.Count; start++)
        {
            var length = 0;
            while (length < wanted.Count && units[start + length] == wanted[length])
            {
                length++;
            }

            if (length == wanted.Count)
            {
                return true;
            }
        }

        return false;
    }

    private static List<Rune> Folded(string text) => [.. text.EnumerateRunes().Select(rune => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)))];
}
