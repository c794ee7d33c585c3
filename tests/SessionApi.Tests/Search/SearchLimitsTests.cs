using Microsoft.Extensions.DependencyInjection;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Search;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Search;

public sealed class SearchLimitsTests
{
    [Fact]
    public async Task Search_TooMany_AreRefused()
    {
        await using var server = new SessionServer(("Sidecar:Search:MaxSearches", "1"));
        var client = server.CreateClient();
        var running = server.Services.GetRequiredService<BoundRegistry>().All.Single(bound => bound.Name == "search.searches");
        running.Add(1); // one that goes on

        using var answer = await client.PostAsync(SearchHome.Path, HttpAnswers.Json("""{"query":"x"}"""), TestContext.Current.CancellationToken);

        Assert.Equal("1 searches are running already; try again later", await answer.ErrorAsync(503, "SEARCH_BUSY"));
        Assert.Equal(1, running.Used);
    }

    [Fact]
    public async Task Search_ClientIsGone_EndsAndIsNotCounted()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, SearchHome.Entry("user", "needle"));
        _ = server.CreateClient();
        var search = server.Services.GetRequiredService<SessionSearch>();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.SearchAsync(new SessionSearchQuery { Text = "needle" }, gone.Token));

        Assert.Equal(0, server.Services.GetRequiredService<BoundRegistry>().All.Single(bound => bound.Name == "search.searches").Used);
    }

    [Fact]
    public async Task Search_MoreSessionsThanAreCounted_AnswersTheNewestAndCountsToTheLimit()
    {
        const int Sessions = SessionSearch.MaxCounted + 5;
        await using var server = new SessionServer();
        for (var i = 0; i < Sessions; i++)
        {
            server.Home.Write($"session-{i:0000}", SearchHome.Entry("user", "needle", time: $"2026-04-01T10:{i / 60:00}:{i % 60:00}.000Z"));
        }

        var answer = await server.CreateClient().SearchAsync(new { query = "needle", limit = 2 });

        Assert.Equal([$"session-{Sessions - 1:0000}", $"session-{Sessions - 2:0000}"], answer.Ids());
        Assert.Equal(SessionSearch.MaxCounted, answer.GetProperty("total").GetInt32());
        Assert.True(answer.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public void Options_OutOfRange_AreNamedWithTheirRange()
    {
        var options = new SessionSearchOptions
        {
            MaxBytes = 1,
            MaxMemoryBytes = -1,
            IndexBytesPerSecond = 1,
            IndexInterval = TimeSpan.Zero,
            Timeout = TimeSpan.Zero,
            MaxSearches = 0,
        };

        var result = new SessionSearchOptionsValidator().Validate(name: null, options);

        Assert.All(
            (string[])["MaxBytes is 1", "MaxMemoryBytes is -1", "IndexBytesPerSecond is 1", "IndexInterval is 00:00:00", "Timeout is 00:00:00", "MaxSearches is 0"],
            wrong => Assert.Contains($"Sidecar:Search:{wrong}", result.FailureMessage, StringComparison.Ordinal));
        Assert.True(new SessionSearchOptionsValidator().Validate(name: null, new SessionSearchOptions()).Succeeded);
    }
}
