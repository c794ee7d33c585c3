using System.Text;
using System.Text.Json;
using Sidecar.Supervision.Containment;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Files;

public sealed class TextSearchTests : IDisposable
{
    private const string NoRipgrep = "";

    private readonly TestRepository _repository = new();

    public static TheoryData<string> Engines => [NoRipgrep, "rg"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_Text_IsFoundInTheOrderOfPathsAndLines(string ripgrep)
    {
        _repository.Write("b.txt", "nothing\nA needle here\r\nand a NEEDLE\n");
        _repository.Write("a/-x y.txt", "needle");
        _repository.Write("-", "needle of the name -\n");
        _repository.Write(".hidden", "needle\n");
        _repository.Write("ignored.txt", "needle\n");
        _repository.Write(".gitignore", "ignored.txt\n");

        var found = await SearchAsync(ripgrep, "needle");

        Assert.Equal(
            ["-:1:needle of the name -", ".hidden:1:needle", "a/-x y.txt:1:needle", "b.txt:2:A needle here", "b.txt:3:and a NEEDLE"], Lines(found));
        Assert.Equal(5, found.GetProperty("total").GetInt32());
        Assert.False(found.TryGetProperty("truncated", out _));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_CaseCounts_IfAskedFor(string ripgrep)
    {
        _repository.Write("b.txt", "needle\nNEEDLE\nÜBER größe\n");

        Assert.Equal(["b.txt:1:needle"], Lines(await SearchAsync(ripgrep, "needle", ""","caseSensitive":true""")));
        Assert.Equal(["b.txt:3:ÜBER größe"], Lines(await SearchAsync(ripgrep, "über GRÖ")));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_TextThatLooksLikeAPatternOrAnOption_IsText(string ripgrep)
    {
        _repository.Write("b.txt", "a.c\nabc\n--files\n-x (\\d+) [\n");

        Assert.Equal(["b.txt:1:a.c"], Lines(await SearchAsync(ripgrep, "a.c")));
        Assert.Equal(["b.txt:3:--files"], Lines(await SearchAsync(ripgrep, "--files")));
        Assert.Equal(["b.txt:4:-x (\\d+) ["], Lines(await SearchAsync(ripgrep, "-x (\\d+) [")));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_Glob_NamesTheFiles(string ripgrep)
    {
        _repository.Write("a.cs", "needle\n");
        _repository.Write("src/deep/b.cs", "needle\n");
        _repository.Write("src/c.ts", "needle\n");

        Assert.Equal(["a.cs:1:needle", "src/deep/b.cs:1:needle"], Lines(await SearchAsync(ripgrep, "needle", ""","glob":"*.cs" """)));
        Assert.Equal(["src/c.ts:1:needle", "src/deep/b.cs:1:needle"], Lines(await SearchAsync(ripgrep, "needle", ""","glob":"src/**/*.{ts,cs}" """)));
        Assert.Equal(["src/c.ts:1:needle"], Lines(await SearchAsync(ripgrep, "needle", ""","glob":"!*.cs" """)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_MoreThanIsWanted_IsTruncated(string ripgrep)
    {
        _repository.Write("a.txt", "needle\nneedle\nneedle\n");
        _repository.Write("b.txt", "needle\n");

        var two = await SearchAsync(ripgrep, "needle", ""","maxResults":2""");
        var four = await SearchAsync(ripgrep, "needle", ""","maxResults":4""");

        Assert.Equal(["a.txt:1:needle", "a.txt:2:needle"], Lines(two));
        Assert.True(two.GetProperty("truncated").GetBoolean());
        Assert.Equal(4, four.GetProperty("total").GetInt32());
        Assert.False(four.TryGetProperty("truncated", out _));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_LongLine_IsShownAroundTheMatch(string ripgrep)
    {
        _repository.Write("a.txt", new string('x', 5000) + "needle" + new string('y', 5000));

        var text = Assert.Single((await SearchAsync(ripgrep, "needle")).GetProperty("results").EnumerateArray()).GetProperty("text").GetString()!;

        Assert.Equal(500, text.Length);
        Assert.Contains("xneedley", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_WhatIsNoTextFile_IsLeftOut(string ripgrep)
    {
        _repository.Write("start.bin", "\0needle\n");
        _repository.Write("end.bin", "needle\n" + new string('x', 300_000) + "\nneedle\n\0");
        await File.WriteAllTextAsync(Path.Combine(_repository.Path, "wide.txt"), "needle\n", Encoding.Unicode);
        await File.WriteAllBytesAsync(Path.Combine(_repository.Path, "latin.txt"), [.. "needle "u8, 0xFC, (byte)'\n']);
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "link.txt"), "latin.txt");
        TestRepository.Run(_repository.Path, "mkfifo", "pipe");

        Assert.Equal(["latin.txt:1:needle \uFFFD"], Lines(await SearchAsync(ripgrep, "needle")));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_ManyMatchesInOneLine_AreOneResult(string ripgrep)
    {
        // ripgrep tells of each of them, which is more than is read of one of its lines.
        _repository.Write("a.txt", new string('x', 300_000));

        Assert.Single((await SearchAsync(ripgrep, "x")).GetProperty("results").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Search_OutsideARepository_LeavesOutWhatIsHidden(string ripgrep)
    {
        using var folder = new Sidecar.Tests.TestSupport.TemporaryFolder();
        folder.CreateFolder("node_modules");
        folder.CreateFolder("sub");
        await File.WriteAllTextAsync(folder["node_modules", "a.txt"], "needle\n");
        await File.WriteAllTextAsync(folder[".hidden"], "needle\n");
        await File.WriteAllTextAsync(folder["sub", "new\nline.txt"], "needle\n");

        Assert.Equal(["sub/new\nline.txt:1:needle"], Lines(await SearchAsync(ripgrep, "needle", folder: folder.Path)));
    }

    [Fact]
    public async Task Search_RandomFiles_BothEnginesAgree()
    {
        const int Seed = 20260501;
        var random = new Random(Seed);
        string[] pieces = ["ab", "AB", "ä", "Ä", "日", "🙂", " ", "\t", "\r\n", "\n", "\n", "x", "-"];
        for (var i = 0; i < 60; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => pieces[random.Next(pieces.Length)]));
            _repository.Write($"f{random.Next(7)}/{i}", text);
        }

        foreach (var query in new[] { "ab", "aB", "ä", "日", "🙂x", "b a", "b\t", "x-" })
        {
            foreach (var more in new[] { "", ""","caseSensitive":true""", ""","maxResults":7""" })
            {
                var managed = await SearchAsync(NoRipgrep, query, more);
                var ripgrep = await SearchAsync("rg", query, more);
                Assert.Equal((Seed, query, managed.GetRawText()), (Seed, query, ripgrep.GetRawText()));
            }
        }
    }

    [Fact]
    public async Task Search_RipgrepFails_IsAnsweredWithoutIt()
    {
        using var program = new ScriptedProgram("echo 'no json'; exit 2");
        _repository.Write("a.txt", "needle\n");

        Assert.Equal(["a.txt:1:needle"], Lines(await SearchAsync(program.Path, "needle")));
    }

    [Fact]
    public async Task Search_RipgrepHangs_AnswersWithinTheDeadline()
    {
        using var program = new ScriptedProgram("exec sleep 60");
        _repository.Write("a.txt", "needle\n");

        var found = await SearchAsync(program.Path, "needle", settings: ("Sidecar:Files:SearchTimeout", "00:00:00.500"));

        Assert.True(found.GetProperty("truncated").GetBoolean());
        Assert.Empty(program.Processes());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"query":" "}""")]
    [InlineData("""{"query":7}""")]
    [InlineData("""{"query":"a\nb"}""")]
    [InlineData("""{"query":"a","cwd":7}""")]
    [InlineData("""{"query":"a","maxResults":0}""")]
    [InlineData("""{"query":"a","maxResults":1001}""")]
    [InlineData("""{"query":"a","maxResults":"7"}""")]
    [InlineData("""{"query":"a","caseSensitive":"yes"}""")]
    [InlineData("""{"query":"a","glob":"{a"}""")]
    [InlineData("""{"query":"a","glob":"[z-a]"}""")]
    [InlineData("""{"query":"a","cwd":"\u0000"}""")]
    public async Task Search_BodyThatIsWrong_IsRefused(string body)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PostAsync("/api/search", HttpAnswers.Json(body));

        Assert.NotEqual("", await response.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Fact]
    public async Task Search_MissingFolder_IsNotFound()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PostAsync("/api/search", HttpAnswers.Json("""{"query":"a","cwd":"/does/not/exist"}"""));

        Assert.Contains("/does/not/exist", await response.ErrorAsync(404, "NOT_FOUND"), StringComparison.Ordinal);
    }

    public void Dispose() => _repository.Dispose();

    private async Task<JsonElement> SearchAsync(
        string ripgrep, string query, string more = "", string? folder = null, params (string Key, string Value)[] settings)
    {
        Assert.SkipWhen(ripgrep == "rg" && ExecutablePath.Find("rg", Environment.GetEnvironmentVariable("PATH")) is null, "ripgrep (rg) is not installed.");
        await using var server = new SessionServer([("Sidecar:Files:RipgrepCommand", ripgrep), .. settings]);
        using var client = server.CreateClient();
        var body = $$"""{"query":{{JsonSerializer.Serialize(query)}},"cwd":"{{folder ?? _repository.Path}}"{{more}}}""";
        using var response = await client.PostAsync("/api/search", HttpAnswers.Json(body));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static IEnumerable<string> Lines(JsonElement found) => found.GetProperty("results").EnumerateArray().Select(match =>
        $"{match.GetProperty("file").GetString()}:{match.GetProperty("line").GetInt32()}:{match.GetProperty("text").GetString()}");
}
