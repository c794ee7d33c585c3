using System.Text;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>Valid JSON objects of every shape: nested, spaced, with escapes at every place of a block. The same ones for the same seed.</summary>
internal sealed class GeneratedJson(int seed)
{
    private static readonly string[] Pieces =
        ["a", "some text ", "{", "}", "[", "]", ":", ",", "\\\"", "\\\\", "\\n", "\\u0022", "\\u005c", "\\ud83d\\ude00", "é", "😀", "\\\\\\\"", "/goal", new('x', 61), new('\'', 64)];

    private static readonly string[] Literals = ["true", "false", "null", "0", "-1.5e3", "1234567890"];

    private static readonly string[] Names =
        ["type", "message", "timestamp", "uuid", "cwd", "content", "isMeta", "isSidechain", "subtype", "workDir", "", "other", "ty\\u0070e", "a\\\"b"];

    private readonly Random _random = new(seed);

    public byte[] NextLine() => Encoding.UTF8.GetBytes(Object(depth: 0));

    public int Next(int below) => _random.Next(below);

    private string Object(int depth)
    {
        var members = Enumerable.Range(0, Next(9)).Select(_ => $"{Space()}\"{Pick(Names)}\"{Space()}:{Space()}{Value(depth + 1)}{Space()}");
        return $"{{{string.Join(',', members)}{Space()}}}";
    }

    private string Value(int depth) => Next(depth > 4 ? 2 : 4) switch
    {
        0 => Pick(Literals),
        1 => $"\"{string.Concat(Enumerable.Range(0, Next(12)).Select(_ => Pick(Pieces)))}\"",
        2 => Object(depth),
        _ => $"[{Space()}{string.Join(',', Enumerable.Range(0, Next(6)).Select(_ => Value(depth + 1) + Space()))}]",
    };

    private string Pick(string[] from) => from[Next(from.Length)];

    private string Space() => Next(6) == 0 ? Pick([" ", "  ", "\t", " \r "]) : "";
}
