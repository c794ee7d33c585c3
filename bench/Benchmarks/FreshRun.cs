using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>
/// What a person waits for: the first page and the whole list after a start with and without a stored index, an answer while the index is built, and a
/// line that another process appends. Works on a copy of the corpus.
/// </summary>
internal static class FreshRun
{
    private const int Appends = 200;

    // The index is written once a second.
    private static readonly TimeSpan Stored = TimeSpan.FromSeconds(3);

    // An agent that writes at its own pace, not one that waits for us.
    private static readonly TimeSpan AppendPause = TimeSpan.FromMilliseconds(15);

    public static async Task<int> RunAsync(string program, string corpus)
    {
        using var folder = new TemporaryFolder();
        var transcripts = MemoryRun.Copy(Path.Combine(corpus, "home", ".claude", "projects"), folder["home", ".claude", "projects"]);
        await StartAsync("without an index", program, folder);
        await StartAsync("with the index, nothing changed", program, folder);
        foreach (var transcript in transcripts.Where((_, i) => i % 100 == 0))
        {
            Append(transcript, TimeProvider.System.GetUtcNow());
        }

        await StartAsync("with the index, 1 % changed meanwhile", program, folder);
        using var server = await ListServer.SessionApiAsync(program, folder.Path);
        var (now, seen) = (TimeProvider.System.GetUtcNow(), new List<double>());
        for (var i = 0; i < Appends; i++)
        {
            // A time of its own for each, by which it is known again.
            seen.Add(await UntilSeenAsync(server, transcripts[Random.Shared.Next(transcripts.Count)], now.AddSeconds(i)));
            await Task.Delay(AppendPause, TimeProvider.System);
        }

        seen.Sort();
        Say($"an appended line is listed after {seen[Appends / 2]:0.0} ms (median of {Appends}), {seen[Appends * 99 / 100]:0.0} ms (p99)");
        return 0;
    }

    private static async Task StartAsync(string what, string program, TemporaryFolder folder)
    {
        var launched = Stopwatch.GetTimestamp();
        using var server = ListServer.Launch(program, folder.Path);
        await server.UntilListeningAsync();
        var listening = Stopwatch.GetTimestamp();
        using var building = new CancellationTokenSource();
        var health = LongestHealthAsync(server, building.Token);
        using var first = JsonDocument.Parse(await server.Http.GetByteArrayAsync("/api/sessions?limit=50"));
        var firstAfter = Stopwatch.GetElapsedTime(listening);
        await server.UntilCompleteAsync();
        var completeAfter = Stopwatch.GetElapsedTime(listening);
        await building.CancelAsync();
        var longest = await health;
        using var complete = JsonDocument.Parse(await server.Http.GetByteArrayAsync("/api/sessions?limit=50"));
        var isExact = Rows(first) == Rows(complete) && Total(first) == Total(complete);
        var portAfter = Stopwatch.GetElapsedTime(launched, listening);
        Say($"{what}: port after {portAfter.TotalMilliseconds:0} ms; then first page {firstAfter.TotalMilliseconds:0} ms ({State(first)}, exact: {isExact})");
        Say($"    complete {completeAfter.TotalMilliseconds:0} ms, longest /health meanwhile {longest:0} ms");
        await Task.Delay(Stored, TimeProvider.System);
    }

    private static async Task<double> LongestHealthAsync(ListServer server, CancellationToken cancellationToken)
    {
        var longest = 0.0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await server.Http.GetByteArrayAsync("/health", CancellationToken.None);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        return longest;
    }

    private static async Task<double> UntilSeenAsync(ListServer server, string transcript, DateTimeOffset time)
    {
        var modified = Encoding.UTF8.GetBytes(Format(time));
        var started = Stopwatch.GetTimestamp();
        Append(transcript, time);
        while ((await server.Http.GetByteArrayAsync("/api/sessions?limit=5")).AsSpan().IndexOf(modified) < 0)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException($"A line appended to {transcript} is not in the list.");
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static void Append(string transcript, DateTimeOffset time) => File.AppendAllText(
        transcript,
        $$$"""{"type":"user","message":{"role":"user","content":"more"},"uuid":"{{{Guid.NewGuid()}}}","timestamp":"{{{Format(time)}}}"}""" + "\n");

    private static string Format(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Rows(JsonDocument list) => list.RootElement.GetProperty("sessions").GetRawText();

    private static int Total(JsonDocument list) => list.RootElement.GetProperty("total").GetInt32();

    private static string? State(JsonDocument list) => list.RootElement.GetProperty("index").GetProperty("state").GetString();

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
