using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Sidecar.ServiceDefaults.Http;

/// <summary>
/// How long one request's answer may take, where that is longer than for others: a command that ends a program waits for it. Without this such
/// answers would count as failures of the service, and open its circuit for everybody.
/// </summary>
public static class RequestPatience
{
    private static readonly HttpRequestOptionsKey<TimeSpan> Key = new("Sidecar.RequestPatience");

    /// <summary>Lets one attempt of a request take so long.</summary>
    public static void Set(HttpRequestMessage request, TimeSpan patience) => request.Options.Set(Key, patience);

    /// <summary>Makes a resilience handler's time-outs heed it. All attempts together have as much more as one has.</summary>
    public static void Heed(HttpStandardResilienceOptions options)
    {
        var (attempt, total) = (options.AttemptTimeout.Timeout, options.TotalRequestTimeout.Timeout);
        options.AttemptTimeout.TimeoutGenerator = arguments => ValueTask.FromResult(Of(arguments.Context) ?? attempt);
        options.TotalRequestTimeout.TimeoutGenerator = arguments => ValueTask.FromResult(Of(arguments.Context) is { } patience ? patience + total : total);
    }

    private static TimeSpan? Of(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && request.Options.TryGetValue(Key, out var patience) ? patience : null;
}
