using System.Net.WebSockets;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Feed;

/// <summary>
/// One subscriber's socket. Nothing is queued for it: when it can be sent something, it is sent what is true then, so that one that reads
/// slowly skips what has become old and costs nobody anything.
/// </summary>
internal sealed class FeedConnection(WebSocket socket, TimeProvider time)
{
    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long a frame may take; then the socket is cut.</summary>
    public static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(10);

    // Nothing is expected of a client: what it sends is read so that its close is seen.
    private const int MaxMessageBytes = 4 * 1024;
    private const int MessagesPerSecond = 10;
    private const int MessageBurst = 100;

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CloseRequest? _closing;
    private MessageRate _rate;

    /// <summary>There may be something new.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Closes the socket behind the frame that is being sent. The first reason counts.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        Interlocked.CompareExchange(ref _closing, new CloseRequest(status, reason), null);
        Wake();
    }

    /// <summary>Sends what the feed has until the socket ends. Never throws for what the peer does.</summary>
    public async Task RunAsync(SessionFeed feed)
    {
        var receiving = ReceiveAsync();
        try
        {
            await SendAsync(feed);
            using var patience = new CancellationTokenSource(ClosePatience, time);
            await socket.CloseOutputAsync(_closing!.Status, _closing.Reason, patience.Token);
            await receiving.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The line was cut, or the peer does not read.
        }

        if (!receiving.IsCompleted)
        {
            socket.Abort();
            await receiving;
        }
    }

    private async Task SendAsync(SessionFeed feed)
    {
        var told = FeedState.Unknown;
        var spoke = time.GetTimestamp();
        while (Volatile.Read(ref _closing) is null)
        {
            if (_woken.Task.IsCompleted)
            {
                // Before the look: what comes after it wakes again.
                Interlocked.Exchange(ref _woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            var state = feed.Current;
            if (state.List is { } list && list != told.List)
            {
                await SendAsync(list);
                spoke = time.GetTimestamp();
            }

            if (state.Activity is { } activity && activity != told.Activity)
            {
                await SendAsync(activity);
                spoke = time.GetTimestamp();
            }

            told = state;
            var rest = BeatInterval - time.GetElapsedTime(spoke);
            if (rest <= TimeSpan.Zero)
            {
                await SendAsync(FeedFrames.Beat);
                spoke = time.GetTimestamp();
                rest = BeatInterval;
            }

            if (Volatile.Read(ref _closing) is null)
            {
                await _woken.Task.WaitAsync(rest, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // A send that is cancelled cuts the line.
    private async ValueTask SendAsync(byte[] frame)
    {
        using var patience = new CancellationTokenSource(SendPatience, time);
        await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            InboundOutcome outcome;
            while ((outcome = await InboundMessage.ReceiveAsync(socket, MaxMessageBytes, static _ => { }, CancellationToken.None)) == InboundOutcome.Taken)
            {
                if (_rate.Count(time, MessagesPerSecond, MessageBurst) is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, time);
                }
            }

            if (outcome == InboundOutcome.TooLong)
            {
                Close(WebSocketCloseStatus.MessageTooBig, $"A message may have {MaxMessageBytes} bytes.");
                await InboundMessage.DiscardAsync(socket, CancellationToken.None);
            }
            else
            {
                Close(WebSocketCloseStatus.NormalClosure, "");
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            Close(WebSocketCloseStatus.EndpointUnavailable, "");
        }
    }

    private sealed record CloseRequest(WebSocketCloseStatus Status, string Reason);
}
