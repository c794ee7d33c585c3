using Sidecar.Contracts;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Status;

/// <summary>One thing that grows with use, and how far it may.</summary>
/// <param name="Name">Such as <c>live.sockets</c>.</param>
/// <param name="Service">Whose it is; the worker does not say it of its own.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Description">What is counted, in a sentence.</param>
/// <param name="Used">How much there is.</param>
/// <param name="Limit">How much there may be.</param>
/// <param name="Peak">The most that there was since the service began.</param>
internal sealed record LimitStatus(string Name, string? Service, string Unit, string Description, long Used, long Limit, long Peak);

/// <param name="Limits">By service, then by name.</param>
/// <param name="WorkerReachable">Whether the worker answered; without it only ours are listed. Null in the worker's own list.</param>
internal sealed record LimitList(IReadOnlyList<LimitStatus> Limits, bool? WorkerReachable);

/// <summary>Puts the limits of both services together when they are asked for.</summary>
internal sealed class LimitStatusSource(BoundRegistry bounds, WorkerClient worker, TimeProvider time)
{
    private const string OwnService = "session-api";

    // Who looks at limits looks because something is wrong: a worker that hangs must not hide ours.
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(1);

    public async Task<LimitList> NowAsync(CancellationToken cancellationToken)
    {
        var theirs = await OfWorkerAsync(cancellationToken);
        var ours = bounds.All.Select(bound =>
            new LimitStatus(bound.Name, OwnService, bound.Unit, bound.Description, bound.Used, bound.Limit, bound.Peak));
        return new LimitList(
            [
                .. ours.Concat(theirs ?? [])
                    .OrderBy(limit => limit.Service, StringComparer.Ordinal)
                    .ThenBy(limit => limit.Name, StringComparer.Ordinal),
            ],
            theirs is not null);
    }

    /// <summary>The worker's; null when it does not answer. One that knows no limits is reachable and has none.</summary>
    private async Task<IReadOnlyList<LimitStatus>?> OfWorkerAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(WorkerPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var list = await worker.ListLimitsAsync(StatusJson.Default.LimitList, either.Token);
            return [.. (list?.Limits ?? []).Select(limit => limit with { Service = WorkerContract.ServiceName })];
        }
        catch (WorkerFailedException exception)
        {
            return exception.Status is null ? null : [];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
