using System.Text;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>A condensed line is folded to what the whole line is folded to.</summary>
public sealed class LineCondenserTests(ITestOutputHelper output)
{
    private static string Long(char letter, int length = 3_000_000) => new(letter, length);

    private static string Member(int number) => $"\"m{number}\": {{ \"n\" : {number} }}";

    private static Dictionary<string, Func<string>> HugeLines => new()
    {
        { "type last", () => $$$"""{"message":{"role":"user","content":"First words {{{Long('x')}}}"},"cwd":"/w","timestamp":"2026-04-01T10:00:00.000Z","type":"user"}""" },
        { "image before the text", () => $$$"""{"type":"user","message":{"content":[{"type":"image","source":{"data":"{{{Long('A')}}}"}},{"type":"text","text":"Look at this"}],"role":"user"}}""" },
        { "escapes where a string is cut", () => $$$"""{"type":"user","message":{"role":"user","content":"{{{string.Concat(Enumerable.Repeat(@"\\\""\ud83d", 40_000))}}}"}}""" },
        { "elements without number", () => $$$"""{"toolUseResult":[{{{string.Join(',', Enumerable.Repeat("""{"a":[1,2.5,"b"]}""", 200_000))}}}],"message":{"role":"user","content":"After it"},"type":"user"}""" },
        { "members without number", () => $$$"""{"type":"user","message":{"role":"user","content":"Before them"},{{{string.Join(',', Enumerable.Range(0, 100_000).Select(Member))}}}}""" },
        { "two objects", () => $$$"""{"type":"user","message":{"role":"user","content":"{{{Long('x')}}}"}}{"type":"assistant","message":{"role":"assistant","content":"{{{Long('y')}}}"}}""" },
        { "role after everything", () => $$$"""{"toolUseResult":["{{{Long('x')}}}",{{{string.Join(',', Enumerable.Repeat("[[1]]", 500_000))}}}],"message":{"content":"Words","role":"user"},"type":"user"}""" },
        { "torn", () => $$$"""{"type":"user","message":{"role":"user","content":"{{{Long('x')}}}""" },
        { "torn in what is left out", () => $$$"""{"type":"user","message":{"role":"user","content":[{{{string.Concat(Enumerable.Repeat("[1,2,3],", 300_000))}}}""" },
        { "run into the next", () => $$$"""{"type":"user","message":{"role":"user","content":"{{{Long('x')}}}{"type":"user"}}""" },
        { "control character", () => $$$"""{"type":"user","message":{"role":"user","content":"{{{Long('x')}}}{{{'\0'}}}"}}""" },
        { "no JSON", () => Long('x') },
        { "whole, then no JSON", () => $$$"""{"type":"user","message":{"role":"user","content":"{{{Long('x')}}}"}} and more""" },
        { "NUL", () => Long('\0') },
    };

    public static TheoryData<string> NamesOfHugeLines => [.. HugeLines.Keys];

    [Theory]
    [MemberData(nameof(NamesOfHugeLines))]
    public void Condense_HugeLine_FoldsToTheSame(string name)
    {
        var line = Encoding.UTF8.GetBytes(HugeLines[name]());
        var condensed = Condense(new LineCondenser(), line, partBytes: 128 * 1024);

        Assert.True(condensed.Length < 2_300_000, $"{name}: {condensed.Length} bytes are left");
        Assert.Equal(Folded(line), Folded(condensed));
    }

    [Fact]
    public void Condense_AnyLineInAnyParts_FoldsToTheSame()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var json = new GeneratedJson(seed);
        var condenser = new LineCondenser();
        for (var i = 0; i < 2000; i++)
        {
            var line = json.NextLine();
            line = json.Next(4) == 0 ? line[..json.Next(line.Length)] : line;

            Assert.True(Folded(line) == Folded(Condense(condenser, line, 1 + json.Next(100))), $"seed {seed}: {Encoding.UTF8.GetString(line)}");
        }
    }

    [Fact]
    public void Condense_TranscriptOfEachStyle_FoldsToTheSame()
    {
        var condenser = new LineCondenser();
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus"), "*.jsonl", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var lines = File.ReadLines(file).Select(Encoding.UTF8.GetBytes).ToList();

            Assert.Equal(Folded([.. lines]), Folded([.. lines.Select(line => Condense(condenser, line, 1000))]));
        }
    }

    private static byte[] Condense(LineCondenser condenser, byte[] line, int partBytes)
    {
        condenser.Reset();
        foreach (var part in line.Chunk(partBytes))
        {
            condenser.Take(part);
        }

        return condenser.Finish().ToArray();
    }

    private static string Folded(params byte[][] lines)
    {
        var fold = new TranscriptFold();
        foreach (var line in lines)
        {
            fold.Fold(line);
        }

        var meta = fold.Meta;
        return $"{fold.MessageCount} {fold.TranscriptMessageCount} {fold.CorruptLines} {fold.CreatedAt} {fold.ModifiedAt} {fold.Title} {fold.Cwd} "
            + $"{meta.WorkDir} {meta.PermissionMode} {meta.EffortLevel} {meta.HasRuntimeProvider} {meta.RuntimeProviderId} {meta.RuntimeModelId} "
            + $"{meta.RepositoryRoot} {meta.WorktreePath} {meta.WorktreeOriginalCwd}";
    }
}
