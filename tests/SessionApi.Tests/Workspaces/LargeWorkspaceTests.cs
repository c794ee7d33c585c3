using System.Globalization;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Workspaces;

/// <summary>10,000 files in a repository. The goal is 250 ms a call on an idle machine; what is asserted leaves room for a busy one.</summary>
public sealed class LargeWorkspaceTests(ITestOutputHelper output)
{
    private const int Files = 10_000;
    private static readonly TimeSpan Goal = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Allowed = Goal * 8;

    [Fact]
    public async Task AnyCall_TenThousandFiles_IsQuick()
    {
        await using var server = new SessionServer();
        using var repository = new TestRepository();
        for (var i = 0; i < Files; i++)
        {
            repository.Write(string.Create(CultureInfo.InvariantCulture, $"d{i % 100}/file{i}.txt"), string.Create(CultureInfo.InvariantCulture, $"text {i}\n"));
        }

        repository.Commit("many");
        for (var i = 0; i < Files; i += 100)
        {
            repository.Write(string.Create(CultureInfo.InvariantCulture, $"d{i % 100}/file{i}.txt"), "changed\n");
        }

        using var client = server.CreateClient();
        using var created = await client.PostAsync("/api/sessions", HttpAnswers.Json($$"""{"workDir":"{{repository.Path}}"}"""));
        var session = $"/api/sessions/{(await created.JsonAsync()).GetProperty("sessionId").GetString()}";
        (string Path, string? Body)[] calls =
        [
            ($"{session}/git-info", null),
            ($"{session}/workspace/status", null),
            ($"{session}/workspace/tree?path=d1", null),
            ($"{session}/workspace/file?path=d0/file0.txt", null),
            ($"{session}/workspace/diff?path=d0/file0.txt", null),
            ($"{session}/workspace/search?query=file77", null),
            ($"/api/sessions/repository-context?workDir={repository.Path}", null),
            ("/api/sessions/recent-projects", null),
            ($"/api/filesystem/browse?path={repository.Path}&search=file77", null),
            ("/api/search", $$"""{"query":"text 77","cwd":"{{repository.Path}}"}"""),
        ];

        foreach (var (path, body) in calls)
        {
            var best = TimeSpan.MaxValue;
            for (var round = 0; round < 4; round++)
            {
                var started = TimeProvider.System.GetTimestamp();
                using var response = body is null ? await client.GetAsync(path) : await client.PostAsync(path, HttpAnswers.Json(body));
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
                var took = TimeProvider.System.GetElapsedTime(started);
                best = took < best ? took : best;
            }

            output.WriteLine($"{best.TotalMilliseconds,6:0} ms {path.Replace(session, "", StringComparison.Ordinal)}");
            Assert.True(best < Allowed, $"{path} took {best.TotalMilliseconds:0} ms");
        }
    }
}
