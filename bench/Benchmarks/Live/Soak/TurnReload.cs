using System.Text.Json;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>What a client does that has missed a part of a turn: it reads the session's messages, and must find the whole turn there.</summary>
/// <param name="system">The running system.</param>
/// <param name="sessionId">The session.</param>
/// <param name="isCertain">Whether a message that was sent must have been taken.</param>
/// <param name="counts">The counters.</param>
internal sealed class TurnReload(LiveSystem system, string sessionId, bool isCertain, SoakCounts counts)
{
    private const int PageSize = 200;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DownDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly SemaphoreSlim AtOnce = new(4, 4);

    private readonly Lock _gate = new();
    private readonly List<Task> _running = [];

    public void Begin(SoakTurn turn)
    {
        lock (_gate)
        {
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(Task.Run(() => LookAsync(turn)));
        }
    }

    public Task FinishAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_running);
        }
    }

    private async Task LookAsync(SoakTurn turn)
    {
        counts.Add(Soaked.Reloads);
        var begun = TimeProvider.System.GetTimestamp();
        long? started = null; // the server may be down for a while, and others may be looked for before
        while (true)
        {
            if (await FindAsync(turn) is not var (answered, asked))
            {
                if (TimeProvider.System.GetElapsedTime(begun) > DownDeadline)
                {
                    counts.Problem(Soaked.Errors, $"{sessionId}: no messages within {DownDeadline}");
                    return;
                }

                await Task.Delay(Pause, TimeProvider.System);
                continue;
            }

            started ??= TimeProvider.System.GetTimestamp();
            if (answered || turn.IsStopped)
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(started.Value) > Deadline)
            {
                if (asked || isCertain)
                {
                    counts.Problem(Soaked.TurnsLost, $"{turn.Label} is not in the messages of {sessionId}, its prompt is{(asked ? "" : " not either")}");
                }
                else
                {
                    counts.Add(Soaked.TurnsNotTaken); // it was sent to a server that died before it read it, and nobody sends it again
                }

                return;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Looks through all messages; null when the server did not answer.</summary>
    private async Task<(bool Answered, bool Asked)?> FindAsync(SoakTurn turn)
    {
        await AtOnce.WaitAsync();
        try
        {
            var asked = false;
            for (long? before = long.MaxValue; before is not null;)
            {
                var place = before == long.MaxValue ? "" : $"&before={before}";
                var page = await system.Http.GetStringAsync(new Uri($"/api/sessions/{sessionId}/messages?limit={PageSize}{place}", UriKind.Relative));
                if (page.Contains(turn.Kept, StringComparison.Ordinal))
                {
                    return (true, true);
                }

                asked |= page.Contains($"@count {turn.Label} ", StringComparison.Ordinal);
                before = NextBefore(page);
            }

            return (false, asked);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return null; // the session API is down for a moment
        }
        finally
        {
            AtOnce.Release();
        }
    }

    private static long? NextBefore(string page)
    {
        using var document = JsonDocument.Parse(page);
        return document.RootElement.GetProperty("nextBefore") is { ValueKind: JsonValueKind.Number } next ? next.GetInt64() : null;
    }
}
