using System.Globalization;
using Sidecar.Benchmarks.Live;
using Sidecar.Benchmarks.Running;

namespace Sidecar.Benchmarks;

/// <summary>How many pages a second the session list gives, against a server that only answers an array of the same size.</summary>
internal static class ThroughputRun
{
    private const int Rounds = 3;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string program, string corpus)
    {
        if (!Wrk.IsInstalled)
        {
            Console.WriteLine("Skipped: wrk is not installed.");
            return 0;
        }

        using var server = await ListServer.SessionApiAsync(program, corpus);
        Console.WriteLine($"memory with the list complete: {server.ResidentMebibytes} MiB");
        foreach (var limit in (int[])[50, 400])
        {
            await CompareAsync(server, limit);
        }

        return 0;
    }

    private static async Task CompareAsync(ListServer server, int limit)
    {
        var page = new Uri(server.Http.BaseAddress!, $"/api/sessions?limit={limit}");
        var bytes = (await server.Http.GetByteArrayAsync(page)).Length;
        using var bare = await ListServer.BareKestrelAsync(bytes);
        var (sidecar, yardstick) = (new Sample(), new Sample());
        for (var i = 0; i < Rounds; i++)
        {
            // In turns: other work on the machine meets both.
            yardstick.Add(await Wrk.RunAsync(bare.Http.BaseAddress!, Duration));
            sidecar.Add(await Wrk.RunAsync(page, Duration));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"limit={limit}, {bytes} bytes, {Wrk.Connections} clients: {sidecar.At(0.5):0}/s, bare Kestrel {yardstick.At(0.5):0}/s, ratio {sidecar.At(0.5) / yardstick.At(0.5):0.00}; memory {server.ResidentMebibytes} MiB, bare Kestrel {bare.ResidentMebibytes} MiB"));
    }
}
