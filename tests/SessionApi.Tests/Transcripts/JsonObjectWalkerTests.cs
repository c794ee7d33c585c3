using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>The walker against the framework's reader, over generated and damaged lines.</summary>
public sealed class JsonObjectWalkerTests(ITestOutputHelper output)
{
    private const int Lines = 3000;

    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public void Walk_ValidLine_FindsTheMembersThatTheReaderFinds() => OverLines((line, _) =>
        Assert.Equal(ByReader(line), ByWalker(line)));

    [Fact]
    public void Walk_LineCutAnywhere_IsBroken() => OverLines((line, json) =>
        Assert.Null(ByWalker(line.AsSpan(0, json.Next(line.Length)))));

    [Fact]
    public void Walk_LineTornInsideAString_DoesNotRunOnIntoTheNext() => OverLines((line, json) =>
    {
        byte[] torn = [.. """{"type":"user","message":{"content":["""u8, .. "\"torn in the middle"u8[..(1 + json.Next(18))], .. line];
        if (line is [(byte)'{', (byte)'"', (byte)'t' or (byte)'m' or (byte)'u', ..])
        {
            Assert.Null(ByWalker(torn));
        }
    });

    [Fact]
    public void Walk_DamagedLine_AgreesWithTheReaderWhereverThatAcceptsIt() => OverLines((line, json) =>
    {
        for (var changes = 1 + json.Next(3); changes > 0; changes--)
        {
            line[json.Next(line.Length)] = "\"\\{}[]:, xt0"u8[json.Next(12)];
        }

        var found = ByWalker(line, out var end);
        if (end == line.Length && ByReader(line) is { } expected)
        {
            Assert.Equal(expected, found);
        }
    });

    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    public void Walk_EscapedQuoteAtTheEndOfABlock_StaysInTheString(int padding)
    {
        foreach (var slashes in Enumerable.Range(0, 6))
        {
            var value = $$"""["{{new string('x', padding - slashes)}}{{new string('\\', 2 * slashes)}}\"}]"]""";
            var line = Encoding.UTF8.GetBytes($$"""{"a":{{value}},"b":1}""");

            Assert.Equal(ByReader(line), ByWalker(line));
        }
    }

    private void OverLines(Action<byte[], GeneratedJson> check)
    {
        output.WriteLine($"seed {_seed}");
        var json = new GeneratedJson(_seed);
        for (var i = 0; i < Lines; i++)
        {
            var line = json.NextLine();
            try
            {
                check(line, json);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {_seed}, line {i}: {Encoding.UTF8.GetString(line)}", exception);
            }
        }
    }

    private static List<string>? ByWalker(ReadOnlySpan<byte> line) => ByWalker(line, out _);

    private static List<string>? ByWalker(ReadOnlySpan<byte> line, out int end)
    {
        var members = new JsonObjectWalker(line, 0);
        var found = new List<string>();
        while (members.Next(out var name, out var value))
        {
            found.Add($"{Encoding.UTF8.GetString(name)} at {value.Start} for {value.Length}");
        }

        end = members.Position;
        return members.IsBroken ? null : found;
    }

    private static List<string>? ByReader(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 512 });
        var found = new List<string>();
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Encoding.UTF8.GetString(reader.ValueSpan);
                reader.Read();
                var start = reader.TokenStartIndex;
                reader.Skip();
                found.Add($"{name} at {start} for {reader.BytesConsumed - start}");
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? found : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
