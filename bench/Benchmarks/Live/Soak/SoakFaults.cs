namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>What happens to the clients of one session, every few seconds, by chance.</summary>
/// <param name="clients">The clients.</param>
/// <param name="counts">The counters.</param>
/// <param name="random">Chooses.</param>
internal sealed class SoakFaults(SoakClient[] clients, SoakCounts counts, Random random)
{
    public async Task RunAsync(Func<SoakTurn?> turn, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(Milliseconds(2000, 10_000), TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!over.IsCancellationRequested)
            {
                Happen(turn());
            }
        }
    }

    private void Happen(SoakTurn? turn)
    {
        var client = clients[random.Next(clients.Length)];
        switch (random.Next(100))
        {
            case < 35:
                Drop(client, Milliseconds(50, 3000));
                break;
            case < 45:
                Array.ForEach(clients, each => Drop(each, Milliseconds(50, 1000)));
                break;
            case < 53:
                counts.Add(Soaked.LongAbsences);
                Drop(client, LongerThanGrace());
                break;
            case < 58:
                // The agent of a session that nobody looks at is stopped; the next turn starts it again.
                counts.Add(Soaked.LongAbsences);
                Array.ForEach(clients, each => Drop(each, LongerThanGrace()));
                break;
            case < 82:
                client.Pause(Milliseconds(1000, 6000));
                break;
            default:
                if (turn is { Ended.IsCompleted: false })
                {
                    turn.Stop(client.StopTurnAsync);
                }

                break;
        }
    }

    private void Drop(SoakClient client, TimeSpan away)
    {
        counts.Add(Soaked.Reconnects);
        client.Drop(away, politely: random.Next(2) == 0);
    }

    private TimeSpan LongerThanGrace() => LiveSystem.Grace + Milliseconds(2000, 4000);

    private TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(random.Next(least, most));
}
