using System.Globalization;

namespace Sidecar.Benchmarks.Live;

/// <summary>Times that were measured one by one, in milliseconds.</summary>
internal sealed class Sample
{
    private readonly List<double> _values = [];
    private bool _sorted;

    public int Count
    {
        get
        {
            lock (_values)
            {
                return _values.Count;
            }
        }
    }

    public void Add(double milliseconds)
    {
        lock (_values)
        {
            _values.Add(milliseconds);
            _sorted = false;
        }
    }

    /// <summary>The value below which this part of all values lies.</summary>
    public double At(double part)
    {
        lock (_values)
        {
            if (!_sorted)
            {
                _values.Sort();
                _sorted = true;
            }

            return _values.Count == 0 ? double.NaN : _values[Math.Min(_values.Count - 1, (int)(_values.Count * part))];
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.00} ms, p99 {At(0.99):0.00} ms, most {At(1):0.00} ms of {Count}");
}
