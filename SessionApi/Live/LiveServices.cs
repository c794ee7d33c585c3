using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>What every live session works with.</summary>
internal sealed record LiveServices(
    WorkerClient Worker,
    WorkerEvents Events,
    TranscriptStore Transcripts,
    TranscriptDurability Durability,
    AttachmentStore Attachments,
    IOptions<LiveOptions> Configured,
    RetainedFrames Retained,
    BoundRegistry Bounds,
    TimeProvider Time,
    ILoggerFactory Loggers)
{
    // Each session has as many; all of them together are what is counted.
    private readonly Bound _receipts = Bounds.Add(
        "live.receipts", "{message}", "Messages of clients that are remembered by their id.",
        (long)Configured.Value.MaxReceipts * Configured.Value.MaxSessions);

    public LiveOptions Options => Configured.Value;

    /// <summary>Counts the receipts of all sessions.</summary>
    public Bound ReceiptsTotal => _receipts;
}
