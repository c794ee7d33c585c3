using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sidecar.Benchmarks.Live;
using Sidecar.Tests.TestSupport.Ui;

namespace Sidecar.Benchmarks;

/// <summary>
/// What a person waits for in the web UI: its calls, in its order and as much at once, over a history of many sessions. Each call must be a quick
/// answer and no failure of ours.
/// </summary>
internal static class UiRun
{
    private const double MostMilliseconds = 250;

    public static async Task<int> RunAsync(string appHost, string fakeAgent, string corpus, int rounds)
    {
        using var system = await LiveSystem.StartOverAsync(appHost, fakeAgent, Path.Combine(corpus, "home", ".claude", "projects"));
        var newest = (await system.ListedAsync()).GetProperty("sessions")[0];
        var existing = (newest.GetProperty("id").GetString()!, newest.GetProperty("workDir").GetString()!);
        var calls = new List<UiCall>();
        for (var round = 0; round < rounds; round++)
        {
            calls.AddRange(await RoundAsync(system, existing));
        }

        foreach (var call in calls.GroupBy(call => (call.Step, Name: Shorten(call.Name))))
        {
            var times = new Sample();
            foreach (var one in call)
            {
                times.Add(one.Elapsed.TotalMilliseconds);
            }

            var statuses = string.Join('/', call.Select(one => one.Status).Distinct().Order());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{call.Key.Step,-10} {call.Key.Name,-60} {statuses,-7} {times.At(0.5),7:0.0} ms, most {times.At(1),7:0.0} ms"));
        }

        var (slow, failed) = (calls.Count(call => call.Elapsed.TotalMilliseconds > MostMilliseconds), calls.Count(call => call.Status >= 500));
        Console.WriteLine($"{calls.Count} calls in {rounds} rounds: {slow} took more than {MostMilliseconds} ms, {failed} failed with 5xx");
        return slow + failed == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyList<UiCall>> RoundAsync(LiveSystem system, (string Id, string WorkDir) existing)
    {
        var ui = new UiSequence(system.Http, system.Port);
        await ui.LoadPageAsync();
        (await ui.OpenAsync(existing.Id, existing.WorkDir)).Dispose();
        var workDir = system.NewWorkDir();
        var created = await ui.CreateAsync(workDir);
        using var socket = await ui.OpenAsync(created, workDir);
        await socket.SendAsync("prewarm_session");
        await ui.RunTurnAsync(socket, created, "hello");
        var file = Path.Combine(workDir, "allowed.txt");
        var tool = new JsonObject
        {
            ["tool"] = "Write",
            ["input"] = new JsonObject { ["file_path"] = file, ["content"] = "yes" },
            ["write"] = new JsonObject { ["path"] = file, ["content"] = "yes" },
        };
        await ui.AllowAsync(socket, created, $"MOCK_TOOL {tool.ToJsonString()}");
        await ui.RenameAsync(created, "Renamed");
        await ui.DeleteAsync(socket, created);
        return ui.Calls;
    }

    /// <summary>Without what differs from round to round.</summary>
    private static string Shorten(string name)
    {
        var withoutId = Regex.Replace(name, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{id}");
        return Regex.Replace(withoutId, "(path|workDir|cwd)=[^&]+", "$1=…");
    }
}
