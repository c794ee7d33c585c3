using System.Globalization;
using System.Text.Json;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>Where a client that resumes is in the numbered frames of its session. No number may be missing or come twice, unless a gap is told.</summary>
/// <param name="name">The client, in what is said of problems.</param>
/// <param name="counts">The counters.</param>
internal sealed class StreamPlace(string name, SoakCounts counts)
{
    private string? _epoch;
    private long _seq;

    /// <summary>What the client asks for when it connects.</summary>
    public string Query => _epoch is null ? "?after=" : string.Create(CultureInfo.InvariantCulture, $"?after={Uri.EscapeDataString(_epoch)}.{_seq}");

    /// <summary>Takes note of a frame. False when the client has had it already.</summary>
    public bool Accepts(JsonElement frame)
    {
        if (!frame.TryGetProperty("seq", out var seq) || !frame.TryGetProperty("epoch", out var epoch))
        {
            return true;
        }

        var type = frame.GetProperty("type").GetString();
        switch (type)
        {
            case "connected" when _epoch is null:
            case "gap":
                (_epoch, _seq) = (epoch.GetString(), seq.GetInt64());
                return true;
            case "connected":
                return true; // what lies between follows, or a gap does
        }

        var number = seq.GetInt64();
        if (!epoch.ValueEquals(_epoch))
        {
            counts.Problem(Soaked.OutOfOrder, $"{name}: epoch {epoch.GetString()} in place of {_epoch} without a gap");
        }
        else if (number <= _seq)
        {
            counts.Problem(Soaked.Repeated, $"{name}: {type} {number} after {_seq}");
            return false;
        }
        else if (number > _seq + 1)
        {
            counts.Problem(Soaked.Lost, $"{name}: {type} {number} after {_seq}", number - _seq - 1);
        }

        (_epoch, _seq) = (epoch.GetString(), number);
        return true;
    }
}
