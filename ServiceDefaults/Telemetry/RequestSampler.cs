using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Sidecar.ServiceDefaults.Telemetry;

/// <summary>
/// Which traces are recorded unless <c>OTEL_TRACES_SAMPLER</c> says otherwise: whatever begins in this process as work of its own, as a turn does,
/// and of requests that belong to no trace so many a second. A list that is asked for 40,000 times a second says nothing more with as many spans,
/// and they would cost more than the list.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    /// <summary>How many requests of a second begin a trace.</summary>
    public const int MostOfSecond = 20;

    private long _second = -1;
    private int _begun;

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind switch
        {
            ActivityKind.Server => HasRoom() && !IsProbe(samplingParameters) && TakeOne(),
            ActivityKind.Client => HasRoom() && TakeOne(),
            _ => true,
        } ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);

    private static bool IsProbe(in SamplingParameters parameters)
    {
        foreach (var (name, value) in parameters.Tags ?? [])
        {
            if (name == "url.path" && value is string path)
            {
                return HealthEndpoints.IsProbe(path);
            }
        }

        return false;
    }

    // The coarse clock, because each request asks. Threads that meet at the turn of a second may let a few more through.
    private bool HasRoom()
    {
        var second = Environment.TickCount64 / 1000;
        if (Volatile.Read(ref _second) != second)
        {
            Volatile.Write(ref _second, second);
            Volatile.Write(ref _begun, 0);
        }

        return Volatile.Read(ref _begun) < MostOfSecond;
    }

    private bool TakeOne() => Interlocked.Increment(ref _begun) <= MostOfSecond;
}
