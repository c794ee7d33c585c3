using System.Globalization;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>One session with two clients: turn after turn, and faults while they run.</summary>
internal sealed class SoakSession
{
    /// <summary>One in so many turns is a burst.</summary>
    public const int BurstEvery = 30;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TurnDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AcceptDeadline = TimeSpan.FromSeconds(5);

    // A turn that is said to be over and of which nothing more was heard for so long is over.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    private readonly SoakClient[] _clients;
    private readonly SoakFaults _faults;
    private readonly TurnReload _reload;
    private readonly Random _random;
    private readonly bool _resumes;
    private readonly string _label;
    private volatile SoakTurn? _turn;
    private int _number;

    /// <param name="system">The running system.</param>
    /// <param name="id">The session.</param>
    /// <param name="label">Names the session in its turns.</param>
    /// <param name="resumes">Whether its clients ask for numbered frames.</param>
    /// <param name="seed">Of all that is chosen by chance.</param>
    /// <param name="counts">The counters.</param>
    public SoakSession(LiveSystem system, string id, string label, bool resumes, int seed, SoakCounts counts)
    {
        (System, Id, Counts, _label, _resumes, _random) = (system, id, counts, label, resumes, new Random(seed));
        _reload = new TurnReload(system, id, resumes, counts);
        _clients = [.. "ab".Select((name, i) => new SoakClient(this, $"{label}{name}", resumes, new Random(seed + i + 1)))];
        _faults = new SoakFaults(_clients, counts, new Random(seed + 3));
    }

    public LiveSystem System { get; }

    public string Id { get; }

    public SoakCounts Counts { get; }

    public void Connect() => Array.ForEach(_clients, client => client.Start());

    /// <summary>Runs turns until the time is over.</summary>
    public async Task RunTurnsAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await RunTurnAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1000)), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>One fault after the other until the time is over.</summary>
    public Task DisturbAsync(CancellationToken over) => _faults.RunAsync(() => _turn, over);

    /// <summary>A turn and its end.</summary>
    /// <param name="isBurst">Whether it is one with more text than all buffers hold; by chance, when it is not said.</param>
    public async Task RunTurnAsync(bool? isBurst = null)
    {
        var turn = NextTurn(isBurst ?? _random.Next(BurstEvery) == 0);
        Counts.Add(Soaked.Turns);
        Array.ForEach(_clients, client => client.Ledger.Begin(turn));
        _turn = turn;
        await GiveAsync(turn);
        await UntilEndAsync(turn);
        _turn = null;
        await turn.FinishAsync();
        if (turn.IsStopped)
        {
            Counts.Add(Soaked.TurnsStopped);
        }
    }

    /// <summary>Waits until both clients are back and know of all ends; what they were not told then is counted.</summary>
    public async Task FinishAsync(TimeSpan deadline)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (_clients.Any(client => !client.IsConnected || client.Ledger.Open.Any(turn => !IsOver(turn))) && TimeProvider.System.GetElapsedTime(started) < deadline)
        {
            await Task.Delay(Look, TimeProvider.System);
        }

        Array.ForEach(_clients, client => client.Ledger.CloseAll());
        await _reload.FinishAsync();
    }

    public Task LeaveAsync() => Task.WhenAll(_clients.Select(client => client.LeaveAsync()));

    public void Reload(SoakTurn turn) => _reload.Begin(turn);

    public void OnAccepted(string id)
    {
        if (_turn is { } turn && turn.Label == id)
        {
            turn.Accept();
        }
    }

    public void OnCompleted(string id)
    {
        if (_turn is { } turn && turn.Label == id)
        {
            turn.Accept();
            turn.TellOver();
        }
    }

    private SoakTurn NextTurn(bool isBurst)
    {
        var label = string.Create(CultureInfo.InvariantCulture, $"{_label}t{++_number}");
        var asks = _random.Next(6) == 0;
        if (asks)
        {
            Counts.Add(Soaked.TurnsWithPrompt);
        }

        // A burst is more than fits into all the buffers on the way to a client that does not read.
        return isBurst
            ? new SoakTurn(label, _number, count: 400, pause: 0, padding: 16 * 1024, asks, _resumes)
            : new SoakTurn(label, _number, _random.Next(20, 150), _random.Next(20, 60), padding: 0, asks, _resumes);
    }

    /// <summary>Sends the message by whichever client is there.</summary>
    private async Task GiveAsync(SoakTurn turn)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TurnDeadline)
        {
            foreach (var client in _random.Next(2) == 0 ? _clients : _clients.Reverse())
            {
                turn.Give();
                if (await client.TrySendAsync(LiveMessages.User(turn.Prompt, _resumes ? turn.Label : null)))
                {
                    return;
                }
            }

            await Task.Delay(Look, TimeProvider.System);
        }
    }

    private async Task UntilEndAsync(SoakTurn turn)
    {
        var (started, asked) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp());
        while (!turn.Ended.IsCompleted && !IsOver(turn))
        {
            if (TimeProvider.System.GetElapsedTime(started) > turn.Duration + TurnDeadline)
            {
                Counts.Problem(Soaked.TurnsStuck, $"{turn.Label}: silent for {turn.Silence.TotalSeconds:0} s{(turn.IsStopped ? ", stopped" : "")}");
                return;
            }

            if (TimeProvider.System.GetElapsedTime(asked) > AcceptDeadline && turn.Silence > AcceptDeadline)
            {
                asked = TimeProvider.System.GetTimestamp();
                await AskAsync(turn);
            }

            await Task.WhenAny(turn.Ended, Task.Delay(Look, TimeProvider.System));
        }
    }

    private static bool IsOver(SoakTurn turn) => turn.IsToldOver && turn.Silence > Quiet;

    /// <summary>Nothing was heard: the message, or a stop, may be lost with the socket it was sent on.</summary>
    private async Task AskAsync(SoakTurn turn)
    {
        if (_resumes && !turn.IsAccepted && !turn.IsStopped)
        {
            Counts.Add(Soaked.TurnsResent);
            await GiveAsync(turn);
        }
        else
        {
            await Task.WhenAll(_clients.Select(client => client.TrySendAsync(LiveMessages.SyncState)));
        }
    }
}
