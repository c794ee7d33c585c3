using System.Globalization;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>What happened to a client last, told with each problem: most of them begin with a reconnect.</summary>
/// <param name="name">The client.</param>
internal sealed class ClientHistory(string name)
{
    private const int Kept = 14;

    private readonly Queue<string> _events = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();

    public void Add(string what)
    {
        lock (_events)
        {
            _events.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(_started).TotalSeconds:0.00} {what}"));
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }
        }
    }

    /// <summary>The client's name and its last events.</summary>
    public override string ToString()
    {
        lock (_events)
        {
            return $"{name} [{string.Join("; ", _events)}]";
        }
    }
}
