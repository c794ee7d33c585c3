using System.Text;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// A client that reloads the transcript on our word must find the turn in it. So the word waits, for a bounded time, until the file holds
/// the turn's last message; then a placeholder is merged and the list brought up to date.
/// </summary>
internal sealed class TranscriptSettlement(LiveSession session)
{
    private readonly ILogger _logger = session.Services.Loggers.CreateLogger<TranscriptSettlement>();

    /// <param name="lastMessage">The uuid to wait for; null when there is nothing to wait for.</param>
    public async Task SettleAsync(string? lastMessage)
    {
        var transcripts = session.Services.Transcripts;
        if (lastMessage is not null && transcripts.Locate(session.Id) is { } location)
        {
            var timeout = session.Services.Options.DurabilityTimeout;
            var found = await session.Services.Durability.WaitNearEndAsync(
                location.MainPath, Encoding.UTF8.GetBytes(lastMessage), timeout, CancellationToken.None);
            if (!found)
            {
                LiveSessionLog.NotDurable(_logger, session.Id, timeout.TotalMilliseconds);
            }
        }

        await transcripts.SettlePlaceholderAsync(session.Id, CancellationToken.None);
        await transcripts.RefreshAsync(session.Id, CancellationToken.None);
    }
}
