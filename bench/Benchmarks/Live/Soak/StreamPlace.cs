using System.Globalization;
using System.Text.Json;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>
/// Where a client that resumes is in the numbered frames of its session. Numbers rise, with holes, and begin anew with each epoch; none may come
/// twice. Whether one is missing shows in comparison: all clients of a session must get the same frames with the same numbers.
/// </summary>
/// <param name="name">The client and its last events, in what is said of problems.</param>
/// <param name="counts">The counters.</param>
internal sealed class StreamPlace(ClientHistory name, SoakCounts counts)
{
    private string? _epoch;
    private long _seq;
    private HashCode _digest;
    private int _frames;
    private bool _isWhole; // since the end of the last turn

    /// <summary>What the client asks for when it connects.</summary>
    public string Query => _epoch is null ? "?after=" : string.Create(CultureInfo.InvariantCulture, $"?after={Uri.EscapeDataString(_epoch)}.{_seq}");

    /// <summary>Takes note of a frame. False when the client has had it already.</summary>
    public bool Accepts(string type, JsonElement frame)
    {
        if (!frame.TryGetProperty("seq", out var seq) || !frame.TryGetProperty("epoch", out var epoch))
        {
            return true;
        }

        var number = seq.GetInt64();
        if (type == "gap" || (type == "connected" && _epoch is null))
        {
            (_epoch, _seq, _isWhole) = (epoch.GetString(), number, false);
        }
        else if (type != "connected") // what lies between the two places follows, or a gap does
        {
            if (epoch.ValueEquals(_epoch) && number <= _seq)
            {
                counts.Problem(Soaked.Repeated, $"{name}: {type} {number} after {_seq}");
                return false;
            }

            (_epoch, _seq) = (epoch.GetString(), number);
            if (type is "user_message_replay" or "thinking" or "content_start" or "content_delta" or "tool_use_complete" or "tool_result" or "message_complete")
            {
                _digest.Add(number);
                _digest.AddBytes(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(frame));
                _frames++;
            }
        }

        return true;
    }

    /// <summary>At the end of a turn: how many frames of the agent it had and a digest of them; null when the client was told that it missed some.</summary>
    public (int Frames, int Digest)? TakeDigest()
    {
        (int, int)? taken = _isWhole ? (_frames, _digest.ToHashCode()) : null;
        (_digest, _frames, _isWhole) = (default, 0, true);
        return taken;
    }
}
