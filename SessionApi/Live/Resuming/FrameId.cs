using Sidecar.Contracts;

namespace Sidecar.SessionApi.Live.Resuming;

/// <summary>A place in a session's stream of frames, written <c>epoch.seq</c>. Sequences rise, with holes; those of two epochs say nothing of each other.</summary>
/// <param name="Epoch">It holds no dot.</param>
/// <param name="Sequence">A whole number that every JSON parser can hold: below 2^53.</param>
internal readonly record struct FrameId(string Epoch, long Sequence)
{
    /// <summary>JavaScript's Number.MAX_SAFE_INTEGER.</summary>
    public const long MaxSequence = (1L << 53) - 1;

    /// <inheritdoc/>
    public override string ToString() => new AgentEventId(Epoch, Sequence).ToString();

    /// <summary>Reads <c>epoch.seq</c>; false for anything else.</summary>
    public static bool TryParse(string? text, out FrameId id)
    {
        var parsed = AgentEventId.TryParse(text, out var place) && place.Sequence <= MaxSequence;
        id = parsed ? new FrameId(place.Epoch, place.Sequence) : default;
        return parsed;
    }
}
