using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>
/// The search over all sessions: how fast the index is built, what it takes on disk and in memory, whether list requests notice, and how long
/// queries take, beside ripgrep over the same files. Works on links to the corpus, so that the index is this run's own.
/// </summary>
internal static class SearchRun
{
    private const int Warmup = 3;
    private const int Queries = 40;
    private const int ListsOfAskedStatus = 20;

    private static readonly TimeSpan BuildDeadline = TimeSpan.FromMinutes(10);

    // Of the generator's vocabulary, or of nobody's.
    private static readonly (string Kind, string Query)[] Kinds =
    [
        ("word in no session", "xylophone"),
        ("common word", "session"),
        ("phrase", "event loop"),
        ("CJK, 2 characters", "会话"),
        ("CJK with its neighbours", "缓存 服务器"),
        ("2 letters", "ev"),
        ("2 letters in no session", "zq"),
    ];

    public static async Task<int> RunAsync(string program, string corpus)
    {
        using var folder = new TemporaryFolder();
        Link(Path.Combine(corpus, "home"), Path.Combine(folder.Path, "home"));
        var bytes = Directory.EnumerateFiles(folder.Path, "*.jsonl", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        var before = await ListTimesAsync(program, folder.Path, searchIndex: false, TimeSpan.FromSeconds(3));
        using (var server = await ListServer.SessionApiAsync(program, folder.Path))
        {
            await BuildAsync(server, folder.Path, bytes, before);
            Console.WriteLine($"memory with the index complete: {server.ResidentMebibytes} MiB");
            await MeasureAsync(server, folder.Path, corpus);
            Console.WriteLine($"memory after the queries: {server.ResidentMebibytes} MiB");
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
            Console.WriteLine($"10 s later: {server.ResidentMebibytes} MiB");
        }

        using var restarted = await ListServer.SessionApiAsync(program, folder.Path);
        var started = Stopwatch.GetTimestamp();
        var first = await SearchAsync(restarted, "xylophone");
        Console.WriteLine($"first search after a restart: {first.Milliseconds:0} ms, {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms after the list was complete");
        await UntilIndexedAsync(restarted);
        Console.WriteLine($"a word in no session after that: {(await SearchAsync(restarted, "xylophone")).Milliseconds:0.0} ms; memory at rest {restarted.ResidentMebibytes} MiB");
        return 0;
    }

    private static async Task BuildAsync(ListServer server, string folder, long bytes, List<double> before)
    {
        var (started, processor) = (Stopwatch.GetTimestamp(), server.ProcessorTime);
        var during = new List<double>();
        while (during.Count % ListsOfAskedStatus != 0 || !await IsIndexedAsync(server)) // by the one client: a second one would be what its requests wait for
        {
            if (Stopwatch.GetElapsedTime(started) > BuildDeadline)
            {
                throw new TimeoutException($"The search index was not complete within {BuildDeadline}.");
            }

            during.Add(await TimeAsync(() => server.Http.GetByteArrayAsync("/api/sessions?limit=50")));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        var used = server.ProcessorTime - processor;
        var size = new FileInfo(Path.Combine(folder, "home", ".claude", "sidecar", "search.idx")).Length;
        Console.WriteLine($"{bytes / 1_000_000} MB of transcripts; index built in {elapsed.TotalSeconds:0.0} s, {bytes / 1e6 / elapsed.TotalSeconds:0} MB/s; processor {used.TotalSeconds:0.0} s (list requests included), {bytes / 1e6 / used.TotalSeconds:0} MB/s");
        var text = await server.Http.GetFromJsonAsync<JsonElement>("/api/status/index");
        var searchable = text.GetProperty("search").GetProperty("textBytes").GetInt64();
        Console.WriteLine($"index {size / 1e6:0.0} MB; searchable text {searchable / 1e6:0.0} MB: {(double)size / searchable:0.00} of it");
        Console.WriteLine($"list requests, p50 / p99: without a search index {Percentile(before, 50):0.00} / {Percentile(before, 99):0.00} ms, while it is built {Percentile(during, 50):0.00} / {Percentile(during, 99):0.00} ms ({during.Count})");
    }

    private static async Task MeasureAsync(ListServer server, string folder, string corpus)
    {
        var all = new List<double>();
        foreach (var (kind, query) in Kinds.Prepend(("rare word", RareWord(corpus))))
        {
            var times = new List<double>();
            var total = 0;
            var processor = server.ProcessorTime;
            for (var i = 0; i < Warmup + Queries; i++)
            {
                var (milliseconds, found) = await SearchAsync(server, query);
                total = found;
                if (i >= Warmup)
                {
                    times.Add(milliseconds);
                }
            }

            var used = (server.ProcessorTime - processor) / (Warmup + Queries);
            all.AddRange(times);
            var ripgrep = RipGrep(query, folder);
            Console.WriteLine($"{kind} \"{query}\", {total} sessions: p50 {Percentile(times, 50):0.0}, p95 {Percentile(times, 95):0.0} ms, processor {used.TotalMilliseconds:0.0} ms; rg -l -i {ripgrep:0} ms");
        }

        Console.WriteLine($"all queries: p50 {Percentile(all, 50):0.0}, p95 {Percentile(all, 95):0.0} ms");
    }

    private static async Task<(double Milliseconds, int Total)> SearchAsync(ListServer server, string query)
    {
        var total = 0;
        var milliseconds = await TimeAsync(async () =>
        {
            using var answer = await server.Http.PostAsJsonAsync("/api/search/sessions", new { query });
            total = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("total").GetInt32();
        });
        return (milliseconds, total);
    }

    private static async Task UntilIndexedAsync(ListServer server)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await IsIndexedAsync(server))
        {
            if (Stopwatch.GetElapsedTime(started) > BuildDeadline)
            {
                throw new TimeoutException($"The search index was not complete within {BuildDeadline}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<bool> IsIndexedAsync(ListServer server) =>
        (await server.Http.GetFromJsonAsync<JsonElement>("/api/status/index")).GetProperty("search").GetProperty("isComplete").GetBoolean();

    private static async Task<List<double>> ListTimesAsync(string program, string folder, bool searchIndex, TimeSpan duration)
    {
        using var server = ListServer.Launch(program, folder, ("Sidecar__Search__Index", searchIndex ? "true" : "false"));
        await server.UntilCompleteAsync();
        var times = new List<double>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            times.Add(await TimeAsync(() => server.Http.GetByteArrayAsync("/api/sessions?limit=50")));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return times;
    }

    // The generator's first prompt of a session names it.
    private static string RareWord(string corpus)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(corpus, "manifest.json")));
        var sessions = manifest.RootElement.GetProperty("sessions");
        return sessions[sessions.GetArrayLength() / 2].GetProperty("id").GetString()![..8];
    }

    private static double RipGrep(string query, string folder)
    {
        var times = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var start = new ProcessStartInfo("rg", ["-l", "-i", "-F", "--no-ignore", "--hidden", "--follow", "--", query, Path.Combine(folder, "home", ".claude", "projects")])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return Percentile(times, 50);
    }

    // Hard links: a link that leads out of the projects folder would be nobody's transcript.
    private static void Link(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        using var copy = Process.Start("cp", ["-al", from, to]);
        copy.WaitForExit();
        var sidecar = Path.Combine(to, ".claude", "sidecar");
        if (Directory.Exists(sidecar))
        {
            Directory.Delete(sidecar, recursive: true);
        }
    }

    private static async Task<double> TimeAsync(Func<Task> step)
    {
        var started = Stopwatch.GetTimestamp();
        await step();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Percentile(List<double> times, int percent)
    {
        times.Sort();
        return times[Math.Min(times.Count - 1, times.Count * percent / 100)];
    }
}
