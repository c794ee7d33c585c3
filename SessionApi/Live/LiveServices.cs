using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>What every live session works with.</summary>
internal sealed record LiveServices(
    WorkerClient Worker,
    WorkerEvents Events,
    TranscriptStore Transcripts,
    TranscriptRoot Root,
    TranscriptDurability Durability,
    UserSettings Settings,
    AttachmentStore Attachments,
    LiveBounds Bounds,
    LiveMetrics Metrics,
    TurnMetrics TurnMetrics,
    IOptions<LiveOptions> Configured,
    RetainedFrames Retained,
    UsageTotals Usage,
    TimeProvider Time,
    ILoggerFactory Loggers,
    H5AccessStore? Access = null)
{
    public LiveOptions Options => Configured.Value;

    /// <summary>How long an idle agent is kept after its last client left.</summary>
    public TimeSpan DisconnectGrace => Access?.DisconnectGrace ?? Options.DisconnectGrace;
}
