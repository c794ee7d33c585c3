namespace Sidecar.Tests.FakeAgent;

/// <summary>The last messages that have a uuid: what the real CLI sends again when it has come back.</summary>
internal sealed class RecentMessages
{
    /// <summary>As many as the real CLI keeps.</summary>
    public const int Capacity = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _messages = new();

    /// <summary>Whether a message is one of those.</summary>
    public static bool Keeps(ReadOnlySpan<byte> message) => message.IndexOf("\"uuid\":"u8) >= 0;

    public void Add(ReadOnlySpan<byte> message)
    {
        if (!Keeps(message))
        {
            return;
        }

        lock (_gate)
        {
            if (_messages.Count == Capacity)
            {
                _messages.Dequeue();
            }

            _messages.Enqueue(message.ToArray());
        }
    }

    public List<byte[]> Last(int count)
    {
        lock (_gate)
        {
            return [.. _messages.TakeLast(count)];
        }
    }
}
