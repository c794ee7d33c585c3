using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Search;
using Sidecar.SessionApi.Search.Index;
using Sidecar.SessionApi.Transcripts.Storage;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Search;

/// <summary>The search with its index: the same answers, and no transcript read that need not be.</summary>
public sealed class SearchIndexTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("classic")]
    [InlineData("current")]
    public async Task Search_GeneratedHistory_EqualsANaiveOne(string style)
    {
        await using var server = Server();
        server.Home.CopyCorpus(style);
        var client = server.CreateClient();
        await IndexedAsync(server);
        using var scanned = Scanned(server);
        var random = new Random(7);
        var projects = Path.Combine(server.Home.Config, "projects");
        var texts = Directory.GetFiles(projects, "*.jsonl", SearchOption.AllDirectories).SelectMany(SearchOracle.TextsOf).ToList();

        for (var round = 0; round < 150; round++)
        {
            var query = RandomQuery(random, texts);
            var isCaseSensitive = random.Next(4) == 0;
            var expected = SearchOracle.Find(projects, query, isCaseSensitive);

            var answer = await client.SearchAsync(new { query, limit = 100, caseSensitive = isCaseSensitive });

            Assert.Equal((query, expected.Count), (query, answer.GetProperty("total").GetInt32()));
            if (expected.Count <= 100)
            {
                Assert.Equal(expected, SearchOracle.Counts(answer));
            }
        }

        Assert.Equal(0, scanned.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
    }

    [Fact]
    public async Task Search_AppendedLine_IsFoundAtOnceAndLaterFromTheIndex()
    {
        await using var server = Server();
        var path = server.Home.Write(TranscriptHome.Id, SearchHome.Entry("user", "first"));
        var client = server.CreateClient();
        await IndexedAsync(server);

        using var renamed = await client.PatchAsync(
            $"/api/sessions/{TranscriptHome.Id}", HttpAnswers.Json("""{"title":"renamed"}"""), TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(path, SearchHome.Entry("assistant", "second", "u2") + "\n", TestContext.Current.CancellationToken);
        await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}"); // now the list shows it

        Assert.Equal("u2", (await client.SearchAsync("second")).OnlyMatch().GetProperty("messageId").GetString());
        await IndexedAsync(server);
        using var scanned = Scanned(server);
        var match = (await client.SearchAsync("second")).OnlyMatch();
        Assert.Equal(3, match.GetProperty("lineNumber").GetInt32());
        Assert.Single((await client.SearchAsync("first")).Ids());
        Assert.Empty(scanned.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Index_OfALongSession_HasAllOfItInChunks()
    {
        await using var server = Server();
        server.Home.Write(
            TranscriptHome.Id,
            [.. Enumerable.Range(0, 600).Select(i => SearchHome.Entry("user", new[] { SearchHome.TextBlock($"{i} {new string('x', 700)}"), SearchHome.TextBlock($"needle{i}.") }, $"u{i}"))]);
        var client = server.CreateClient();
        await IndexedAsync(server);
        using var scanned = Scanned(server);

        Assert.True(server.Services.GetRequiredService<SearchIndex>().Find(server.Home.PathOf(TranscriptHome.Id))!.Chunks.Length > 3);
        foreach (var i in (int[])[0, 93, 301, 599])
        {
            var match = (await client.SearchAsync($"needle{i}.")).OnlyMatch();
            Assert.Equal(($"u{i}", i + 1), (match.GetProperty("messageId").GetString(), match.GetProperty("lineNumber").GetInt32()));
        }

        Assert.Empty(scanned.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Restart_NothingChanged_ReadsNoTranscript()
    {
        using var home = new SharedHome();
        await using (var first = Server(home))
        {
            home.Home.CopyCorpus("classic");
            _ = first.CreateClient();
            await IndexedAsync(first);
        }

        await using var second = Server(home);
        var client = second.CreateClient();
        await IndexedAsync(second);
        using var scanned = Scanned(second);
        var size = new FileInfo(home.IndexPath).Length;

        Assert.NotEmpty((await client.SearchAsync("the")).Ids());
        Assert.Empty(scanned.GetMeasurementSnapshot());
        Assert.Equal(size, new FileInfo(home.IndexPath).Length);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("torn")]
    [InlineData("flipped")]
    [InlineData("foreign")]
    [InlineData("newer")]
    public async Task Restart_IndexIsDamaged_AnswersTheSame(string damage)
    {
        using var home = new SharedHome();
        home.Home.CopyCorpus("classic");
        await using (var first = Server(home))
        {
            _ = first.CreateClient();
            await IndexedAsync(first);
        }

        Damage(home.IndexPath, damage);

        await using var second = Server(home);
        var client = second.CreateClient();
        await AssertEqualAsync(client, home.Home, "the");
        var index = second.Services.GetRequiredService<SearchIndex>();
        if (damage == "newer")
        {
            await WaitFor.True(() => index.Kind == IndexStorageKind.NewerSchema, Deadline, "the index is left alone");
            Assert.Equal(99, (await File.ReadAllBytesAsync(home.IndexPath, TestContext.Current.CancellationToken))[8]);
        }
        else
        {
            await IndexedAsync(second);
            Assert.Equal(await SessionsAsync(client), index.Count);
        }

        await AssertEqualAsync(client, home.Home, "the");
    }

    [Fact]
    public async Task Index_DeletedOrCutWhileItIsUsed_IsNotMissed()
    {
        using var home = new SharedHome();
        home.Home.CopyCorpus("classic");
        await using var server = Server(home);
        var client = server.CreateClient();
        await IndexedAsync(server);

        using (var file = File.Open(home.IndexPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.SetLength(file.Length / 3);
        }

        await AssertEqualAsync(client, home.Home, "the");
        File.Delete(home.IndexPath);
        await AssertEqualAsync(client, home.Home, "the");
        await WaitFor.True(() => File.Exists(home.IndexPath), Deadline, "a new index");
        await IndexedAsync(server);
        await AssertEqualAsync(client, home.Home, "the");
    }

    [Fact]
    public async Task Index_UsedByAnotherServer_IsLeftToIt()
    {
        using var home = new SharedHome();
        home.Home.CopyCorpus("classic");
        await using var first = Server(home);
        _ = first.CreateClient();
        await IndexedAsync(first);

        await using var second = Server(home);
        var client = second.CreateClient();
        var index = second.Services.GetRequiredService<SearchIndex>();
        await WaitFor.True(() => index.Kind == IndexStorageKind.UsedElsewhere, Deadline, "the lock seen");

        Assert.Equal(0, index.Count);
        await AssertEqualAsync(client, home.Home, "the");
    }

    [Fact]
    public async Task Index_Full_KeepsTheNewestAndAnswersForAll()
    {
        using var home = new SharedHome();
        foreach (var i in Enumerable.Range(0, 60))
        {
            WriteMuch(home.Home, $"the early {i}", $"2026-01-01T10:00:{i:00}.000Z");
        }

        await using var server = Server(home, ("Sidecar:Search:MaxBytes", "65536"));
        var client = server.CreateClient();
        await IndexedAsync(server);
        var index = server.Services.GetRequiredService<SearchIndex>();
        var all = (await client.GetJsonAsync("/api/sessions?limit=1000")).GetProperty("sessions").EnumerateArray().ToList();
        Assert.InRange(index.Count, 1, all.Count - 1);
        var newest = all[0].GetProperty("id").GetString()!;
        Assert.NotNull(index.Find(Path.Combine(home.Home.Config, "projects", all[0].GetProperty("projectPath").GetString()!, newest + ".jsonl")));

        for (var i = 0; i < 40; i++)
        {
            WriteMuch(home.Home, $"late {i}", $"2027-01-01T10:00:{i:00}.000Z");
        }

        await WaitFor.True(async () => SearchOracle.Counts(await client.SearchAsync(new { query = "late", limit = 100 })).Count == 40, Deadline, "all that was written");
        await IndexedAsync(server);
        var bound = server.Services.GetRequiredService<BoundRegistry>().All.Single(bound => bound.Name == "search.index_bytes");
        await WaitFor.True(() => bound.Used <= bound.Limit, Deadline, "an index within its bounds");
        await AssertEqualAsync(client, home.Home, "the");
        await AssertEqualAsync(client, home.Home, "late");
    }

    [Fact]
    public async Task Index_SessionIsDeleted_IsForgotten()
    {
        await using var server = Server();
        server.Home.Write(TranscriptHome.Id, SearchHome.Entry("user", "needle"));
        var client = server.CreateClient();
        await IndexedAsync(server);

        using var deleted = await client.DeleteAsync($"/api/sessions/{TranscriptHome.Id}", TestContext.Current.CancellationToken);

        Assert.Empty((await client.SearchAsync("needle")).Ids());
        var index = server.Services.GetRequiredService<SearchIndex>();
        await WaitFor.True(() => index.Count == 0, Deadline, "an empty index");
        Assert.Equal(0, server.Services.GetRequiredService<BoundRegistry>().All.Single(bound => bound.Name == "search.index_bytes").Used);
    }

    internal static SessionServer Server(params (string Key, string Value)[] settings) => new([("Sidecar:Search:IndexInterval", "00:00:00.100"), .. settings]);

    internal static async Task IndexedAsync(SessionServer server)
    {
        // Given to the index before it is asked whether it is through.
        var indexer = server.Services.GetRequiredService<SearchIndexer>();
        await WaitFor.True(() => indexer.IsComplete, Deadline, "a complete search index");
    }

    private static SessionServer Server(SharedHome home, params (string Key, string Value)[] settings) =>
        Server([("CLAUDE_CONFIG_DIR", home.Home.Config), ("HOME", home.Home.Base), .. settings]);

    private static MetricCollector<long> Scanned(SessionServer server) => new(
        server.Services.GetRequiredService<IMeterFactory>(), SessionSearchMetrics.MeterName, "sidecar.search.scanned_transcripts");

    private static async Task<int> SessionsAsync(HttpClient client) => (await client.GetJsonAsync("/api/sessions?limit=1")).GetProperty("total").GetInt32();

    // Nothing that can be compressed.
    private static void WriteMuch(TranscriptHome home, string text, string time)
    {
        var random = string.Concat(Enumerable.Range(0, 60).Select(_ => Guid.NewGuid().ToString()));
        home.Write(Guid.NewGuid().ToString(), SearchHome.Entry("user", $"{text} {random}", time: time));
    }

    private static async Task AssertEqualAsync(HttpClient client, TranscriptHome home, string query)
    {
        var answer = await client.SearchAsync(new { query, limit = 100 });
        Assert.Equal(SearchOracle.Find(Path.Combine(home.Config, "projects"), query), SearchOracle.Counts(answer));
    }

    private static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "deleted":
                File.Delete(path);
                return;
            case "torn":
                bytes = bytes[..(bytes.Length * 2 / 3)];
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 0x10;
                break;
            case "foreign":
                bytes = [.. "SQLite format 3\0"u8, .. bytes[16..]];
                break;
            default:
                bytes[8] = 99;
                break;
        }

        File.WriteAllBytes(path, bytes);
    }

    // A piece of a text that is there, or nearly there.
    private static string RandomQuery(Random random, List<string> texts)
    {
        while (true)
        {
            var text = texts[random.Next(texts.Count)];
            var start = random.Next(text.Length);
            var query = text.Substring(start, Math.Min(random.Next(1, random.Next(2, 25)), text.Length - start));
            query = random.Next(5) switch
            {
                0 => query.ToUpperInvariant(),
                1 => query + "q",
                _ => query,
            };
            query = query.Trim();
            if (query.Length > 0 && !query.Any(char.IsSurrogate))
            {
                return query;
            }
        }
    }

    /// <summary>A config directory that outlives a server.</summary>
    private sealed class SharedHome : IDisposable
    {
        public TranscriptHome Home { get; } = new();

        public string IndexPath => Path.Combine(Home.Config, "sidecar", "search.idx");

        public void Dispose() => Home.Dispose();
    }
}
