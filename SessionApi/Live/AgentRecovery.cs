using Sidecar.Contracts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// After a start of this process, takes over the agents that an earlier life of it had started: their turns, prompts and stops are rebuilt
/// from the worker's events. Clients that come back meanwhile wait for it, for a bounded time.
/// </summary>
internal sealed class AgentRecovery(
    WorkerClient worker, LiveSessionRegistry sessions, Transcripts.TranscriptStore transcripts, TimeProvider time, ILogger<AgentRecovery> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // A client's first connect must not hang on a worker that is down; it then sees no running turn until the worker is back.
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(3);

    // One that goes on where it was would have to reload; with many agents their past takes a while.
    private static readonly TimeSpan ResumingPatience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the running agents are known, or long enough.</summary>
    /// <param name="resumes">The client goes on where it was.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask WaitAsync(bool resumes, CancellationToken cancellationToken)
    {
        if (!_done.Task.IsCompleted)
        {
            await _done.Task.WaitAsync(resumes ? ResumingPatience : ClientPatience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One attempt.</summary>
    /// <exception cref="WorkerFailedException">The worker does not answer.</exception>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var list = await worker.ListAsync(cancellationToken);
        await Task.WhenAll(list.Sessions.Where(session => session.State != AgentState.Ended).Select(session => AdoptAsync(session, cancellationToken)));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await RecoverAsync(stoppingToken);
                _done.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LiveSessionLog.RecoveryFailed(logger, exception.Message); // whatever it is: without the next round no agent would be taken over
            }

            await Task.Delay(RetryInterval, time, stoppingToken);
        }
    }

    private async Task AdoptAsync(AgentSession running, CancellationToken cancellationToken)
    {
        var facts = await transcripts.FindAsync(running.SessionId, cancellationToken);
        LiveSessionLog.Adopted(logger, running.SessionId, running.ProcessId);
        await sessions.AdoptAsync(running, facts?.RuntimeProviderId).WaitAsync(cancellationToken);
    }
}
