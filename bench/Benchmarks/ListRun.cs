using System.Diagnostics;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>
/// The session list over a generated corpus: is every row exact, how long until the first complete list, how long for a page, how much memory.
/// </summary>
internal static class ListRun
{
    private const int Requests = 2000;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string program, string corpus)
    {
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(corpus, "manifest.json")));
        var expected = manifest.RootElement.GetProperty("sessions").EnumerateArray().ToDictionary(session => session.GetProperty("id").GetString()!);
        var port = LocalPort.Find();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var started = Stopwatch.GetTimestamp();
        using var server = Start(program, corpus, port);
        try
        {
            using var list = await FirstListAsync(http, expected.Count, started);
            var first = Stopwatch.GetElapsedTime(started);
            var cpu = server.TotalProcessorTime;
            var wrong = Check(list.RootElement, expected);
            var page50 = await MeasureAsync(http, "/api/sessions?limit=50");
            var page400 = await MeasureAsync(http, "/api/sessions?limit=400");
            Console.WriteLine($"sessions: {expected.Count}, rows that differ from the manifest: {wrong}");
            Console.WriteLine($"start to first complete list: {first.TotalMilliseconds:0} ms, processor time: {cpu.TotalMilliseconds:0} ms");
            Console.WriteLine($"limit=50, one client: {page50}; limit=400: {page400}");
            Console.WriteLine($"memory after {3 * Requests} requests: {ResidentMebibytes(server.Id)} MiB");
            return wrong == 0 ? 0 : 1;
        }
        finally
        {
#pragma warning disable RS0030 // One process of ours, without children.
            server.Kill();
#pragma warning restore RS0030
        }
    }

    private static Process Start(string program, string corpus, int port)
    {
        var start = new ProcessStartInfo(program, ["--urls", $"http://127.0.0.1:{port}"]) { RedirectStandardOutput = true };
        start.Environment["CLAUDE_CONFIG_DIR"] = Path.Combine(corpus, "home", ".claude");
        var server = Process.Start(start)!;
        server.OutputDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        return server;
    }

    private static async Task<JsonDocument> FirstListAsync(HttpClient http, int count, long started)
    {
        while (Stopwatch.GetElapsedTime(started) < StartDeadline)
        {
            try
            {
                var list = JsonDocument.Parse(await http.GetByteArrayAsync($"/api/sessions?limit={count}"));
                if (list.RootElement.GetProperty("index").GetProperty("state").GetString() == "ready")
                {
                    return list;
                }

                list.Dispose();
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System); // not listening yet
            }
        }

        throw new TimeoutException($"The list was not complete within {StartDeadline}.");
    }

    /// <summary>How many rows differ from what the generator says, the order included.</summary>
    private static int Check(JsonElement list, Dictionary<string, JsonElement> expected)
    {
        var wrong = Math.Abs(expected.Count - list.GetProperty("total").GetInt32());
        var before = "9999";
        foreach (var row in list.GetProperty("sessions").EnumerateArray())
        {
            var session = expected[row.GetProperty("id").GetString()!];
            var modified = row.GetProperty("modifiedAt").GetString()!;
            var same = row.GetProperty("title").GetString() == session.GetProperty("title").GetString()
                && row.GetProperty("messageCount").GetInt32() == session.GetProperty("messageCount").GetInt32()
                && modified == session.GetProperty("lastTimestamp").GetString()
                && row.GetProperty("workDir").GetString() == session.GetProperty("workDir").GetString()
                && string.CompareOrdinal(modified, before) <= 0;
            wrong += same ? 0 : 1;
            before = modified;
        }

        return wrong;
    }

    private static async Task<string> MeasureAsync(HttpClient http, string path)
    {
        var times = new List<double>(Requests);
        for (var i = 0; i < Requests * 3 / 2; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await http.GetByteArrayAsync(path);
            if (i >= Requests / 2)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        times.Sort();
        return $"p50 {times[times.Count / 2]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms";
    }

    private static long ResidentMebibytes(int processId) => File.ReadLines($"/proc/{processId}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null) / 1024)
        .First();
}
