using System.Diagnostics;

namespace Sidecar.Benchmarks.Killing;

/// <summary>Ends a busy system again and again in every way, and looks each time whether anything is left and whether anybody else was hit.</summary>
internal static class KillRun
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(15);

    public static async Task<int> RunAsync(string appHost, string fakeAgent, int rounds)
    {
        var kinds = Enum.GetValues<KillKind>();
        var results = new List<KillResult>();
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; number < rounds && Stopwatch.GetElapsedTime(started) < LongestRun; number++)
        {
            using var round = new KillRound(appHost, fakeAgent, number / kinds.Length);
            var result = await round.RunAsync(kinds[number % kinds.Length]);
            results.Add(result);
            if (!result.IsClean)
            {
                Console.WriteLine($"round {number + 1}, {result.Kind}: {result.Problem ?? "not clean"} {string.Join("; ", result.Left)}");
            }
        }

        Console.WriteLine($"{"",-24}{"rounds",8}{"failed",8}{"left",6}{"zombies",9}{"bystanders killed",19}{"median",9}{"max",9}");
        foreach (var group in results.GroupBy(result => result.Kind))
        {
            var times = group.Where(result => result.Problem is null).Select(result => result.Gone.TotalSeconds).Order().ToList();
            Console.WriteLine(
                $"{group.Key,-24}{group.Count(),8}{group.Count(result => result.Problem is not null),8}" +
                $"{group.Sum(result => result.Left.Count),6}{group.Sum(result => result.Zombies),9}{group.Sum(result => result.BystandersKilled),19}" +
                (times.Count == 0 ? "" : $"{times[times.Count / 2],7:0.00} s{times[^1],7:0.00} s"));
        }

        Console.WriteLine($"{results.Count} of {rounds} rounds in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        return results.Count == rounds && results.All(result => result.IsClean) ? 0 : 1;
    }
}
