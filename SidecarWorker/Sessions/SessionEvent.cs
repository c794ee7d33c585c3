namespace Sidecar.SidecarWorker.Sessions;

/// <summary>One event of a session, as it leaves on the stream.</summary>
/// <param name="Sequence">From 1, rising by one.</param>
/// <param name="Type">See <see cref="Contracts.AgentEventTypes"/>.</param>
/// <param name="Data">One line of JSON.</param>
internal readonly record struct SessionEvent(long Sequence, string Type, ReadOnlyMemory<byte> Data)
{
    // What an event costs beside its data.
    private const int OverheadBytes = 64;

    public int Cost => Data.Length + OverheadBytes;
}
