using System.Text;
using System.Text.Json;

namespace Sidecar.SessionApi.Files;

/// <summary>
/// Reads what ripgrep writes with <c>--json</c>, one object a line. Whether a file is binary is known at its end only, so its lines wait until then:
/// <code>
/// {"type":"begin","data":{"path":{"text":"./a.cs"}}}
/// {"type":"match","data":{"path":…,"lines":{"text":"one\n"},"line_number":1,"submatches":[…]}}
/// {"type":"end","data":{"path":…,"binary_offset":null,…}}
/// {"type":"summary",…}
/// </code>
/// </summary>
internal sealed class RipgrepOutput(TextSearchQuery query, FoundLines found)
{
    /// <summary>What stands before each path.</summary>
    public const string Here = "./";

    // A line of a file with a match at every other character is some ten times as long here.
    private const int MaxLineBytes = 8 * 1024 * 1024;

    private readonly MemoryStream _line = new();
    private readonly List<TextMatch> _ofFile = [];

    /// <summary>Whether a line was too long or no JSON.</summary>
    public bool IsUnusable { get; private set; }

    /// <summary>Whether it has come to its end.</summary>
    public bool HasSummary { get; private set; }

    /// <summary>Takes a piece. False when nothing more is wanted.</summary>
    public bool Take(ReadOnlySpan<byte> piece)
    {
        while (piece.IndexOf((byte)'\n') is var end && end >= 0)
        {
            _line.Write(piece[..end]);
            piece = piece[(end + 1)..];
            TakeLine();
            _line.SetLength(0);
            if (found.IsFull || IsUnusable)
            {
                return false;
            }
        }

        _line.Write(piece);
        IsUnusable |= _line.Length > MaxLineBytes;
        return !IsUnusable;
    }

    private void TakeLine()
    {
        try
        {
            using var message = JsonDocument.Parse(_line.GetBuffer().AsMemory(0, (int)_line.Length));
            var data = message.RootElement.GetProperty("data"u8);
            switch (message.RootElement.GetProperty("type"u8).GetString())
            {
                case "begin":
                    _ofFile.Clear();
                    break;
                case "match" when _ofFile.Count < found.Room:
                    var file = TextOf(data.GetProperty("path"u8));
                    _ofFile.Add(new TextMatch(
                        file.StartsWith(Here, StringComparison.Ordinal) ? file[Here.Length..] : file,
                        data.GetProperty("line_number"u8).GetInt32(),
                        MatchedLine.Show(TextOf(data.GetProperty("lines"u8)), query)));
                    break;
                case "end" when data.GetProperty("binary_offset"u8).ValueKind == JsonValueKind.Null:
                    found.AddRange(_ofFile);
                    break;
                case "summary":
                    HasSummary = true;
                    break;
            }
        }
        catch (Exception odd) when (odd is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            IsUnusable = true;
        }
    }

    // What is no UTF-8 comes as base64.
    private static string TextOf(JsonElement value) => value.TryGetProperty("text"u8, out var text)
        ? text.GetString() ?? ""
        : Encoding.UTF8.GetString(value.GetProperty("bytes"u8).GetBytesFromBase64());
}
