using System.Text;
using System.Text.Json;
using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>What the session API holds at rest, and whether list calls make it grow while agents write. Works on a copy of the corpus.</summary>
internal static class MemoryRun
{
    private const int Calls = 10_000;
    private const int Samples = 5;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AppendInterval = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(string program, string corpus)
    {
        using var folder = new TemporaryFolder();
        var transcripts = Copy(Path.Combine(corpus, "home"), Path.Combine(folder.Path, "home"));
        using var server = await ListServer.SessionApiAsync(program, folder.Path);
        await Task.Delay(Rest, TimeProvider.System);
        var memory = new List<long> { server.ResidentMebibytes };
        using var writing = new CancellationTokenSource();
        var writer = AppendAsync(transcripts, writing.Token);
        var states = new HashSet<string?>();
        for (var sample = 0; sample < Samples; sample++)
        {
            for (var call = 0; call < Calls / Samples; call++)
            {
                var list = await server.Http.GetByteArrayAsync(call % 2 == 0 ? "/api/sessions?limit=400" : "/api/sessions?limit=50");
                if (call % 100 == 0)
                {
                    using var parsed = JsonDocument.Parse(list);
                    states.Add(parsed.RootElement.GetProperty("index").GetProperty("lastUpdatedAt").GetString());
                }
            }

            memory.Add(server.ResidentMebibytes);
        }

        await writing.CancelAsync();
        var appends = await writer;
        Console.WriteLine($"{transcripts.Count} sessions; memory at rest {memory[0]} MiB, then every {Calls / Samples} of {Calls} list calls: {string.Join(", ", memory.Skip(1))} MiB");
        Console.WriteLine($"{appends} appends meanwhile, {states.Count} states of the list seen in {Calls / 100} looks");
        return 0;
    }

    /// <summary>Copies a corpus; the paths of its transcripts.</summary>
    public static List<string> Copy(string from, string to)
    {
        var transcripts = new List<string>();
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            if (copy.EndsWith(".jsonl", StringComparison.Ordinal))
            {
                transcripts.Add(copy);
            }
        }

        return transcripts;
    }

    /// <returns>How many lines were appended.</returns>
    private static async Task<int> AppendAsync(List<string> transcripts, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(AppendInterval, TimeProvider.System);
        var appends = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var line = $$$"""{"type":"user","message":{"role":"user","content":"one more"},"uuid":"u-{{{appends}}}","timestamp":"{{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}}}"}""";
            await File.AppendAllTextAsync(transcripts[appends % transcripts.Count], line + "\n", Encoding.UTF8, CancellationToken.None);
            appends++;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return appends;
    }
}
