using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sidecar.Tests.TestSupport;

/// <summary>The instruments that a service has made, as far as they are ours. Of one service, when several run in this process.</summary>
public sealed class PublishedInstruments : IDisposable
{
    private readonly ConcurrentBag<Instrument> _all = [];
    private readonly MeterListener _listener = new();

    /// <param name="meters">The service's own: its meters carry it as their scope.</param>
    public PublishedInstruments(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && DocumentedMetrics.IsOurs(instrument.Name))
            {
                _all.Add(instrument);
            }
        };
        _listener.Start(); // those that are there already are told as well
    }

    /// <summary>Name and unit of each, in order.</summary>
    public IReadOnlyList<string> All => [.. _all.Select(instrument => $"{instrument.Name} {instrument.Unit}").Order(StringComparer.Ordinal)];

    /// <summary>What docs/telemetry.md says that there is.</summary>
    private static IReadOnlyList<string> DocumentedOf(string service) =>
    [
        .. DocumentedMetrics.All
            .Where(row => row.Services.Split(", ").Contains(service))
            .SelectMany(row => row.IsBound ? new[] { $"{row.Name}.used {row.Unit}", $"{row.Name}.limit {row.Unit}" } : [$"{row.Name} {row.Unit}"])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Waits until they are exactly those of the document, and names those that are only here or only there.</summary>
    public Task UntilDocumentedAsync(string service, TimeSpan deadline)
    {
        var documented = DocumentedOf(service);
        return WaitFor.True(
            () => All.SequenceEqual(documented),
            deadline,
            () => $"the documented instruments. Not documented: {string.Join(", ", All.Except(documented))}. Not there: {string.Join(", ", documented.Except(All))}");
    }

    public void Dispose() => _listener.Dispose();
}
