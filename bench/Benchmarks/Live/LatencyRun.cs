using System.Diagnostics;
using System.Globalization;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Live;

/// <summary>
/// How much later a client has what the agent wrote: from the agent's look at the clock to the client's, with our services between and, as the
/// yardstick, over a bare pipe. Then the same for the way in: from a message that is sent to the first piece of its answer.
/// </summary>
internal static class LatencyRun
{
    private const int Starts = 200;
    private const double MostMedian = 1;
    private const double MostP99 = 5;
    private const double MostStart = 3;

    // A hundred turns do not speak in the same moment either: the distance between two starts is no multiple of the pause.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(5.05);

    public static async Task<int> RunAsync(string appHost, string fakeAgent, int turns, int pause)
    {
        var prompt = string.Create(CultureInfo.InvariantCulture, $"@stamp l {pause} {10_000 / pause}");
        var (bare, bareStart) = await BareAsync(fakeAgent, turns, prompt);
        var (ours, ourStart) = await OursAsync(appHost, fakeAgent, turns, prompt);
        var (median, p99, start) = (ours.At(0.5) - bare.At(0.5), ours.At(0.99) - bare.At(0.99), ourStart.At(0.5) - bareStart.At(0.5));
        Say($"{turns} live turns, a frame every {pause} ms each");
        Say($"agent to client, bare pipe: {bare}");
        Say($"agent to client, ours:      {ours}");
        Say($"start of a turn to its first piece, bare pipe: {bareStart}");
        Say($"start of a turn to its first piece, ours:      {ourStart}");
        Say($"added to a frame: {median:0.00} ms (p50), {p99:0.00} ms (p99); added to the start of a turn: {start:0.00} ms (p50)");
        return median <= MostMedian && p99 <= MostP99 && start <= MostStart ? 0 : 1;
    }

    private static async Task<(Sample Frames, Sample Starts)> BareAsync(string fakeAgent, int turns, string prompt)
    {
        using var folder = new TemporaryFolder();
        var (frames, starts) = (new Sample(), new Sample());
        var measured = new Measure(frames);
        var agents = Enumerable.Range(0, turns).Select(_ => new DirectAgent(fakeAgent, folder, measured.OnBytes)).ToList();
        try
        {
            await Task.WhenAll(agents.Select(agent => agent.RunTurnAsync("warm")));
            await Task.WhenAll(agents.Select((agent, i) => InTurnAsync(i, turns, () => agent.RunTurnAsync(prompt))));
            measured.Into(starts);
            for (var i = 0; i < Starts; i++)
            {
                measured.Begin();
                await agents[i % turns].RunTurnAsync("@stamp l 0 1");
            }

            return (frames, starts);
        }
        finally
        {
            agents.ForEach(agent => agent.Dispose());
        }
    }

    private static async Task<(Sample Frames, Sample Starts)> OursAsync(string appHost, string fakeAgent, int turns, string prompt)
    {
        using var system = await LiveSystem.StartAsync(appHost, fakeAgent, turns);
        var (frames, starts) = (new Sample(), new Sample());
        var measured = new Measure(frames);
        var clients = new List<TurnClient>();
        for (var i = 0; i < turns; i++)
        {
            clients.Add(await TurnClient.ConnectAsync(system, (await system.Running.CreateSessionAsync()).Id, measured.OnBytes));
        }

        await Task.WhenAll(clients.Select(client => client.RunTurnAsync("warm")));
        await Task.WhenAll(clients.Select((client, i) => InTurnAsync(i, turns, () => client.RunTurnAsync(prompt))));
        measured.Into(starts);
        for (var i = 0; i < Starts; i++)
        {
            measured.Begin();
            await clients[i % turns].RunTurnAsync("@stamp l 0 1");
        }

        clients.ForEach(client => client.Dispose());
        return (frames, starts);
    }

    /// <summary>Begins the turns one after the other: nobody's hundred turns begin in one moment, and what a start costs is measured by itself.</summary>
    private static async Task InTurnAsync(int number, int of, Func<Task> run)
    {
        await Task.Delay(Spread * number / of, TimeProvider.System);
        await run();
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Measures each stamped piece: its age, or the time since a moment.</summary>
    private sealed class Measure(Sample ages)
    {
        private volatile Sample? _sinceBegin;
        private long _begun;

        /// <summary>From now on the time since <see cref="Begin"/> is measured.</summary>
        public void Into(Sample sample) => _sinceBegin = sample;

        public void Begin() => _begun = Stopwatch.GetTimestamp();

        public void OnBytes(ReadOnlySpan<byte> bytes)
        {
            // The prompt with its "@stamp", which the agent repeats, has no number.
            if (Stamp.Age(bytes) is not { } age)
            {
                return;
            }

            if (_sinceBegin is { } sample)
            {
                sample.Add(Stopwatch.GetElapsedTime(_begun).TotalMilliseconds);
            }
            else
            {
                ages.Add(age);
            }
        }
    }
}
