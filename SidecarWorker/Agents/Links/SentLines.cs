namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>
/// The lines that were sent of late. To have been sent means to be in some buffer of ours or the system's, and a line that is cut takes along
/// what is in them without a word: what was sent shortly before is sent again, and the receiver drops what it knows.
/// </summary>
internal sealed class SentLines(TimeProvider time)
{
    // On one machine a receiver that reads has taken a line long before that.
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(1);

    private const int MaxLines = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<SentLine> _lines = new();

    /// <summary>A line is about to be sent.</summary>
    public SentLine Begin(SdkSocket socket, ReadOnlyMemory<byte> line)
    {
        var sent = new SentLine(socket, line);
        lock (_gate)
        {
            _lines.AddLast(sent);
            if (_lines.Count > MaxLines)
            {
                _lines.RemoveFirst();
            }
        }

        return sent;
    }

    /// <summary>A line is about to be sent again.</summary>
    public SentLine BeginAgain(SentLine sent, SdkSocket socket)
    {
        lock (_gate)
        {
            (sent.Socket, sent.IsLost) = (socket, false);
        }

        return sent;
    }

    /// <summary>A line was sent; for a while it is in doubt.</summary>
    public async Task ForgetAsync(SentLine sent)
    {
        await Task.Delay(Doubt, time);
        lock (_gate)
        {
            if (!sent.IsLost)
            {
                _lines.Remove(sent);
            }
        }
    }

    /// <summary>The socket has dropped: what is in doubt now stays so until it was sent again.</summary>
    public void Lose(SdkSocket socket)
    {
        lock (_gate)
        {
            foreach (var sent in _lines.Where(sent => sent.Socket == socket))
            {
                sent.IsLost = true;
            }
        }
    }

    /// <summary>What other sockets may not have delivered, in its order.</summary>
    public List<SentLine> Lost(SdkSocket next)
    {
        lock (_gate)
        {
            return [.. _lines.Where(sent => sent.Socket != next)];
        }
    }
}

/// <summary>A line that was sent of late.</summary>
internal sealed class SentLine(SdkSocket socket, ReadOnlyMemory<byte> line)
{
    /// <summary>The socket that it was last sent on.</summary>
    public SdkSocket Socket { get; set; } = socket;

    public ReadOnlyMemory<byte> Line => line;

    /// <summary>That socket has dropped.</summary>
    public bool IsLost { get; set; }
}
