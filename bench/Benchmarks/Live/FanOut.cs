using System.Diagnostics;
using System.Globalization;

namespace Sidecar.Benchmarks.Live;

/// <summary>A system with sessions that have two clients each, which count what they are sent.</summary>
internal sealed class FanOut : IDisposable
{
    public const int Clients = 2;

    private readonly LiveSystem _system;
    private readonly List<TurnClient[]> _clients = [];
    private long _pieces;

    private FanOut(LiveSystem system) => _system = system;

    public static async Task<FanOut> StartAsync(string appHost, string fakeAgent, int sessions, params (string Name, string Value)[] settings)
    {
        var fanOut = new FanOut(await LiveSystem.StartAsync(appHost, fakeAgent, sessions, settings));
        for (var i = 0; i < sessions; i++)
        {
            var id = (await fanOut._system.Running.CreateSessionAsync()).Id;
            fanOut._clients.Add(await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TurnClient.ConnectAsync(fanOut._system, id, fanOut.OnFrame))));
        }

        await fanOut.RunTurnsAsync("warm");
        return fanOut;
    }

    /// <summary>Runs a turn in each session.</summary>
    /// <param name="pause">Milliseconds between two pieces of a session.</param>
    /// <param name="count">Pieces of each session.</param>
    public async Task<FanOutResult> MeasureAsync(int pause, int count)
    {
        var (worked, started) = (_system.ProcessorTimes(), Stopwatch.GetTimestamp());
        Volatile.Write(ref _pieces, 0);
        await RunTurnsAsync(string.Create(CultureInfo.InvariantCulture, $"@stamp f {pause} {count}"));
        var (took, now) = (Stopwatch.GetElapsedTime(started), _system.ProcessorTimes());
        return new FanOutResult(_pieces, ((long)_clients.Count * Clients * count) - _pieces, took, now.SessionApi - worked.SessionApi, now.Worker - worked.Worker);
    }

    public void Dispose()
    {
        foreach (var client in _clients.SelectMany(each => each))
        {
            client.Dispose();
        }

        _system.Dispose();
    }

    private void OnFrame(ReadOnlySpan<byte> bytes)
    {
        if (Stamp.At(bytes) is not null)
        {
            Interlocked.Increment(ref _pieces);
        }
    }

    private Task RunTurnsAsync(string prompt) => Task.WhenAll(_clients.Select(each =>
    {
        // Before the message is sent: on a busy machine a short turn has ended before this thread goes on.
        var others = each.Skip(1).Select(client => client.NextEndAsync()).ToList();
        return Task.WhenAll([each[0].RunTurnAsync(prompt), .. others]);
    }));
}

/// <summary>What one measurement gave.</summary>
/// <param name="Frames">That reached clients.</param>
/// <param name="Missing">That did not.</param>
/// <param name="Took">By the clock.</param>
/// <param name="SessionApi">Its processor time.</param>
/// <param name="Worker">The same of the worker.</param>
internal sealed record FanOutResult(long Frames, long Missing, TimeSpan Took, TimeSpan SessionApi, TimeSpan Worker)
{
    /// <summary>Frames for each second that our services worked; 0 when any is missing.</summary>
    public double Rate => Missing == 0 ? Frames / (SessionApi + Worker).TotalSeconds : 0;
}
