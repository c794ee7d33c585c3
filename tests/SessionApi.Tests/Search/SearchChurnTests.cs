using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Churn;

namespace Sidecar.Tests.SessionApi.Search;

/// <summary>Other programs append, truncate, replace, rename and delete transcripts: what is found stays what is there.</summary>
public sealed class SearchChurnTests
{
    private static readonly string[] Queries = ["fix", "größe of", "日本", "👩‍💻 in", "MAIN.CS", "\"quoted\" the", "k\\s", "e"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Search_TranscriptsChange_FindsWhatIsThere(int seed)
    {
        await using var server = SearchIndexTests.Server(("Sidecar:Sessions:SweepInterval", "00:00:00.500"));
        var random = new Random(seed);
        var projects = Path.Combine(server.Home.Config, "projects");
        var churn = new TranscriptChurn(projects, random);
        var client = server.CreateClient();
        var history = new List<string>();
        for (var round = 0; round < 25; round++)
        {
            for (var step = 0; step < 12; step++)
            {
                history.Add(churn.Step());
            }

            if (random.Next(2) == 0)
            {
                // Else the tails of the transcripts are searched as well.
                await SearchIndexTests.IndexedAsync(server);
            }

            var query = Queries[random.Next(Queries.Length)];
            var expected = SearchOracle.Find(projects, query);
            IReadOnlyDictionary<string, int> actual = expected;
            try
            {
                await WaitFor.True(
                    async () => (actual = SearchOracle.Counts(await client.SearchAsync(new { query, limit = 100 }))).SequenceEqual(expected),
                    TimeSpan.FromSeconds(10),
                    "equal answers");
            }
            catch (TimeoutException)
            {
                Assert.Fail($"""
                    Seed {seed}, round {round}, "{query}"
                    there: {string.Join(", ", expected.Except(actual))}
                    found: {string.Join(", ", actual.Except(expected))}
                    {string.Join('\n', history.TakeLast(36))}
                    """);
            }
        }
    }
}
