namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>One turn as it was asked for, and what any client knows of it.</summary>
/// <param name="label">Names it in its pieces, <c>label#1</c> to <c>label#count</c>; also the client's id of the message.</param>
/// <param name="number">Its place in the session, from 1. The usage of its end repeats it.</param>
/// <param name="count">How many pieces it has.</param>
/// <param name="pause">Milliseconds before each piece.</param>
/// <param name="padding">How much longer each piece is.</param>
/// <param name="asks">Whether the agent asks for a permission first.</param>
/// <param name="hasReceipt">Whether the server says that it has the message.</param>
internal sealed class SoakTurn(string label, int number, int count, int pause, int padding, bool asks, bool hasReceipt)
{
    /// <summary>Added to a turn's number in the usage that it claims, so that no other usage looks like it.</summary>
    public const int UsageBase = 1000;

    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(4);

    private readonly List<Task> _stops = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _touched = TimeProvider.System.GetTimestamp();
    private (int Frames, int Digest)? _digest;
    private volatile bool _accepted;
    private volatile bool _stopped;
    private volatile bool _toldOver;
    private bool _isOver;

    public string Label => label;

    public int Number => number;

    public int Count => count;

    public string Prompt => string.Join(
        '\n',
        ((string?[])[$"@usage {UsageBase + number} 1", asks ? """MOCK_TOOL {"tool":"Bash","input":{"command":"true"}}""" : null, $"@count {label} {pause} {count} {padding}"])
            .OfType<string>());

    /// <summary>The answer as the transcript must hold it, or the part of it that is kept there.</summary>
    public string Kept => padding == 0 ? string.Concat(Enumerable.Range(1, count).Select(i => $"{label}#{i} ")) : $"{label}#{count} ";

    public TimeSpan Duration => TimeSpan.FromMilliseconds((double)pause * count);

    /// <summary>The server has said that it has the message.</summary>
    public bool IsAccepted => _accepted;

    /// <summary>Somebody asked to stop it: it may end early.</summary>
    public bool IsStopped => _stopped;

    /// <summary>A client came back and was told that no turn is running.</summary>
    public bool IsToldOver => _toldOver;

    /// <summary>How long nobody has heard of it.</summary>
    public TimeSpan Silence => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _touched));

    /// <summary>Done when any client was told of its end.</summary>
    public Task Ended => _ended.Task;

    public void Touch() => Volatile.Write(ref _touched, TimeProvider.System.GetTimestamp());

    /// <summary>Compares what two clients got. The other's, when they differ.</summary>
    public (int Frames, int Digest)? Compare((int Frames, int Digest) digest)
    {
        lock (_ended)
        {
            var others = _digest ??= digest;
            return others == digest ? null : others;
        }
    }

    /// <summary>The message was sent, perhaps again: what was said of the session before does not speak of it.</summary>
    public void Give()
    {
        _toldOver = false;
        Touch();
    }

    public void Accept() => _accepted = true;

    /// <summary>Stops it, unless it is over.</summary>
    /// <param name="stop">Asks the server. Done when it has heard: from then on the stop is not meant for the next turn.</param>
    public void Stop(Func<Task> stop)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_stops)
        {
            if (_isOver)
            {
                return;
            }

            _stops.Add(heard.Task);
            _stopped = true; // before the server is asked: the turn may end before that returns
        }

        _ = HearAsync();

        async Task HearAsync()
        {
            await stop();
            heard.SetResult();
        }
    }

    /// <summary>Nobody stops it any more; done when every stop that was asked for has been heard.</summary>
    public Task FinishAsync()
    {
        lock (_stops)
        {
            _isOver = true;
            return Task.WhenAll(_stops);
        }
    }

    /// <summary>
    /// The session has no turn any more. Whether that speaks of this one is certain once its message was accepted. Where there are no receipts, and
    /// of a message that is not sent again because it was to be stopped, all one can do is to wait for longer than it is on its way.
    /// </summary>
    public void TellOver()
    {
        if (_accepted || ((_stopped || !hasReceipt) && Silence > OnItsWay))
        {
            _toldOver = true;
        }
    }

    public void End() => _ended.TrySetResult();
}
