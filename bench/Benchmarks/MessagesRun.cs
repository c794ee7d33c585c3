using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>
/// The messages of one large transcript: how long until the newest page is there, how long the whole takes, and what either costs in memory.
/// </summary>
internal static class MessagesRun
{
    private const string SessionId = "6f1c0000-0000-4000-8000-000000000001";
    private const string Path = $"/api/sessions/{SessionId}/messages";
    private const int Warmup = 50;
    private const int Requests = 500;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string program, int megabytes)
    {
        using var folder = new TemporaryFolder();
        var config = folder.CreateFolder("config");
        var file = System.IO.Path.Combine(folder.CreateFolder("config", "projects", "-work"), SessionId + ".jsonl");
        LargeTranscript.Write(file, megabytes * 1_000_000L);
        var port = LocalPort.Find();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
        var started = Stopwatch.GetTimestamp();
        using var server = Start(program, config, folder.CreateFolder("home"), port);
        try
        {
            await ListedAsync(http, started);
            Console.WriteLine($"transcript: {new FileInfo(file).Length / 1_000_000} MB");
            Console.WriteLine($"start until it is listed: {Milliseconds(started)} ms; most resident memory {PeakMebibytes(server.Id)} MiB");
            await MeasurePagesAsync(http, "newest 50 messages", $"{Path}?limit=50");
            await MeasurePagesAsync(http, "50 in the middle", $"{Path}?limit=50&before={new FileInfo(file).Length / 2}");
            Console.WriteLine($"most resident memory after {2 * (Warmup + Requests)} pages: {PeakMebibytes(server.Id)} MiB");
            await MeasureWholeAsync(http);
            Console.WriteLine($"most resident memory after the whole transcript: {PeakMebibytes(server.Id)} MiB");
            return 0;
        }
        finally
        {
#pragma warning disable RS0030 // One process of ours, without children.
            server.Kill();
#pragma warning restore RS0030
        }
    }

    private static Process Start(string program, string config, string home, int port)
    {
        var start = RunningSystem.CleanStart(program);
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add($"http://127.0.0.1:{port}");
        start.Environment["CLAUDE_CONFIG_DIR"] = config;
        start.Environment["HOME"] = home;
        var server = Process.Start(start)!;
        server.OutputDataReceived += static (_, _) => { };
        server.ErrorDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return server;
    }

    private static async Task ListedAsync(HttpClient http, long started)
    {
        while (Stopwatch.GetElapsedTime(started) < StartDeadline)
        {
            try
            {
                using var list = JsonDocument.Parse(await http.GetByteArrayAsync("/api/sessions"));
                if (list.RootElement.GetProperty("sessions").GetArrayLength() == 1)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        throw new TimeoutException($"The transcript was not listed within {StartDeadline}.");
    }

    private static async Task MeasurePagesAsync(HttpClient http, string name, string path)
    {
        var times = new List<double>(Requests);
        var bytes = 0;
        for (var i = 0; i < Warmup + Requests; i++)
        {
            var started = Stopwatch.GetTimestamp();
            bytes = (await http.GetByteArrayAsync(path)).Length;
            if (i >= Warmup)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        times.Sort();
        Console.WriteLine($"{name}, {bytes / 1000} kB: p50 {times[Requests / 2]:0.00} ms, p99 {times[Requests * 99 / 100]:0.00} ms");
    }

    private static async Task MeasureWholeAsync(HttpClient http)
    {
        var started = Stopwatch.GetTimestamp();
        await using var body = await http.GetStreamAsync(Path);
        var buffer = new byte[256 * 1024];
        var total = 0L;
        var first = 0L;
        for (int read; (read = await body.ReadAsync(buffer)) > 0; total += read)
        {
            first = first == 0 ? Milliseconds(started) : first;
        }

        Console.WriteLine($"whole transcript: {total / 1_000_000} MB in {Milliseconds(started)} ms, the first bytes after {first} ms");
    }

    private static long Milliseconds(long started) => (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    private static long PeakMebibytes(int processId) => File.ReadLines($"/proc/{processId}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null) / 1024)
        .First();
}

/// <summary>A transcript of any size: prompts, tool uses, their results and the lines between them, all different.</summary>
internal static class LargeTranscript
{
    public static void Write(string path, long bytes)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1024 * 1024) { NewLine = "\n" };
        var random = new Random(7);
        for (var turn = 0; file.BaseStream.Position < bytes; turn++)
        {
            file.WriteLine($$$"""{"type":"queue-operation","operation":"enqueue","timestamp":"{{{Time(turn)}}}"}""");
            file.WriteLine($$$"""{"parentUuid":null,"isSidechain":false,"type":"user","message":{"role":"user","content":"{{{Text(random, 200)}}}"},"uuid":"p-{{{turn}}}","timestamp":"{{{Time(turn)}}}","cwd":"/work"}""");
            for (var step = 0; step < 5; step++)
            {
                file.WriteLine($$$"""{"parentUuid":"p-{{{turn}}}","isSidechain":false,"message":{"id":"m-{{{turn}}}","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"{{{Text(random, 600)}}}"},{"type":"tool_use","id":"t-{{{turn}}}-{{{step}}}","name":"Bash","input":{"command":"{{{Text(random, 100)}}}"}}],"usage":{"input_tokens":{{{turn}}},"output_tokens":{{{step}}}}},"type":"assistant","uuid":"a-{{{turn}}}-{{{step}}}","timestamp":"{{{Time(turn)}}}","cwd":"/work"}""");
                file.WriteLine($$$"""{"parentUuid":"a-{{{turn}}}-{{{step}}}","isSidechain":false,"type":"user","message":{"role":"user","content":[{"tool_use_id":"t-{{{turn}}}-{{{step}}}","type":"tool_result","content":"{{{Text(random, 500 + random.Next(8000))}}}"}]},"uuid":"r-{{{turn}}}-{{{step}}}","timestamp":"{{{Time(turn)}}}","cwd":"/work"}""");
            }
        }
    }

    private static string Time(int turn) => TimeText(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(turn));

    private static string TimeText(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null);

    // Program text as JSON holds it: short words, quotes and line ends.
    private static string Text(Random random, int length)
    {
        var text = new StringBuilder(length + 32);
        while (text.Length < length)
        {
            text.Append("const v").Append(random.Next(100_000)).Append(" = read(\\\"").Append(random.Next(1000)).Append(".ts\\\");\\n    ");
        }

        return text.ToString();
    }
}
