using System.Diagnostics.Metrics;

namespace Sidecar.ServiceDefaults.Bounds;

/// <summary>
/// All bounds of a process, each with two gauges: <c>sidecar.{name}.used</c> and <c>sidecar.{name}.limit</c>. What has no bound here has no
/// business growing.
/// </summary>
public sealed class BoundRegistry(IMeterFactory meters)
{
    /// <summary>The meter of the gauges.</summary>
    public const string MeterName = "Sidecar.Bounds";

    private readonly Meter _meter = meters.Create(MeterName);
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Bound> _bounds = new(StringComparer.Ordinal);

    /// <summary>All bounds, by name.</summary>
    public IReadOnlyList<Bound> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _bounds.Values];
            }
        }
    }

    /// <summary>Makes a bound; see <see cref="Bound"/> for what its parameters mean.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Bound Add(string name, string unit, string description, long limit)
    {
        var bound = new Bound(name, unit, description, limit);
        lock (_gate)
        {
            _bounds.Add(name, bound);
        }

        _meter.CreateObservableUpDownCounter($"sidecar.{name}.used", () => bound.Used, unit, description);
        _meter.CreateObservableUpDownCounter($"sidecar.{name}.limit", () => bound.Limit, unit, $"The limit of: {description}");
        return bound;
    }
}
