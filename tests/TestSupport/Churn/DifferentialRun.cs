using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sidecar.Tests.TestSupport.Churn;

/// <summary>
/// The list of a server that lives through changes, restarts and kills must equal the list of one that has just read everything from scratch.
/// </summary>
/// <param name="program">The path of SessionApi.</param>
/// <param name="seed">The same seed does the same again.</param>
/// <param name="stepsBetweenChecks">How many changes are made before the two are compared.</param>
public sealed class DifferentialRun(string program, int seed, int stepsBetweenChecks)
{
    private static readonly TimeSpan FreshnessDeadline = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);
    private readonly List<string> _history = [];

    /// <summary>Makes that many changes.</summary>
    /// <exception cref="TimeoutException">The lists did not become equal; the message has the seed and the last changes.</exception>
    public async Task RunAsync(int steps)
    {
        using var folder = new TemporaryFolder();
        var churn = new TranscriptChurn(folder["config", "projects"], _random);
        var server = await ListServer.StartAsync(program, folder, persists: true);
        try
        {
            for (var step = 1; step <= steps; step++)
            {
                _history.Add(_random.Next(5) == 0 ? await AskAsync(server, folder) : churn.Step());
                if (step % stepsBetweenChecks != 0)
                {
                    continue;
                }

                await CompareAsync(server, folder);
                if (_random.Next(3) == 0)
                {
                    var kill = _random.Next(2) == 0;
                    await server.EndAsync(kill);
                    await server.DisposeAsync();
                    _history.Add(kill ? "kill the server" : "stop the server");
                    _history.Add(churn.Step() + " while it is down");
                    server = await ListServer.StartAsync(program, folder, persists: true);
                }
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>A change through the server itself, which its very next list must show.</summary>
    private async Task<string> AskAsync(ListServer server, TemporaryFolder folder)
    {
        var rows = await server.ListAsync();
        var what = rows.Count == 0 ? 0 : _random.Next(3);
        var id = rows.Count == 0 ? "" : JsonDocument.Parse(rows[_random.Next(rows.Count)]).RootElement.GetProperty("id").GetString()!;
        using var answer = await (what switch
        {
            0 => server.Http.PostAsJsonAsync("/api/sessions", new { workDir = folder.CreateFolder("work") }),
            1 => server.Http.PatchAsJsonAsync($"/api/sessions/{id}", new { title = $"title {_random.Next(1000)}" }),
            _ => server.Http.DeleteAsync($"/api/sessions/{id}"),
        });
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return $"ask for {id}, which had gone"; // another program had just renamed it
        }

        answer.EnsureSuccessStatusCode();
        var after = (await server.ListAsync()).Select(row => JsonDocument.Parse(row).RootElement.GetProperty("id").GetString()).ToHashSet();
        if (what == 0)
        {
            id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!;
        }

        return after.Contains(id) == what < 2
            ? $"{(what == 0 ? "create" : what == 1 ? "rename" : "delete")} {id} over the API"
            : throw new InvalidOperationException($"The very next list does not show what was asked for {id} ({what}). {Story()}");
    }

    private async Task CompareAsync(ListServer server, TemporaryFolder folder)
    {
        await using var fresh = await ListServer.StartAsync(program, folder, persists: false);
        var expected = await fresh.ListAsync();
        IReadOnlyList<string> actual = [];
        try
        {
            await WaitFor.True(async () => (actual = await server.ListAsync()).SequenceEqual(expected), FreshnessDeadline, "equal lists");
        }
        catch (TimeoutException exception)
        {
            var only = $"only from scratch:\n{string.Join('\n', expected.Except(actual))}\nonly in the list:\n{string.Join('\n', actual.Except(expected))}";
            throw new TimeoutException($"{exception.Message}\n{only}\n{Story()}", exception);
        }
    }

    private string Story() => $"Seed {seed}, step {_history.Count}; the last changes:\n{string.Join('\n', _history.TakeLast(stepsBetweenChecks * 3))}";
}
