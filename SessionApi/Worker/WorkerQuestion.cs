namespace Sidecar.SessionApi.Worker;

/// <summary>Asks the worker something for a person who waits for a page: a worker that hangs must not hold it up.</summary>
internal static class WorkerQuestion
{
    /// <summary>How long the worker is given.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The answer; null when there is none in time, or a failure.</summary>
    public static async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (WorkerFailedException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
