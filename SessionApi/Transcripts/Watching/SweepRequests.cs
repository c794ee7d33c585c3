using System.Threading.Channels;

namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>Asks for a sweep before its time. Many requests are one.</summary>
internal sealed class SweepRequests
{
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Request() => _requests.Writer.TryWrite(true);

    /// <summary>Whether there was a request; it is taken.</summary>
    public bool Take() => _requests.Reader.TryRead(out _);

    public async Task WaitAsync(CancellationToken cancellationToken) => await _requests.Reader.WaitToReadAsync(cancellationToken);
}
