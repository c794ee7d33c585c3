namespace Sidecar.SidecarWorker.Sessions;

/// <summary>One reader's place in a ring. Not for concurrent use.</summary>
internal sealed class EventReader(EventRing ring, long after) : IDisposable
{
    /// <summary>Sequence of the last event taken. Kept by the ring, under its gate.</summary>
    internal long Position { get; set; } = after;

    /// <summary>See <see cref="EventRing.Take"/>.</summary>
    public Task? Take(List<SessionEvent> batch) => ring.Take(this, batch);

    /// <inheritdoc/>
    public void Dispose() => ring.Detach(this);
}
