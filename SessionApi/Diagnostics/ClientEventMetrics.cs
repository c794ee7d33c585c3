using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Diagnostics;

/// <summary>What is measured about the failures that clients report.</summary>
internal sealed class ClientEventMetrics
{
    public const string MeterName = "Sidecar.Diagnostics";

    private readonly Counter<long> _events;

    public ClientEventMetrics(IMeterFactory meters) => _events = meters.Create(MeterName)
        .CreateCounter<long>("sidecar.diagnostics.client_events", "{event}", "Reports of clients about calls that failed for them.");

    /// <param name="tooLarge">Whether the report was cut off.</param>
    public void Reported(bool tooLarge) => _events.Add(1, new KeyValuePair<string, object?>("outcome", tooLarge ? "too_large" : "taken"));
}
