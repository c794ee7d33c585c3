using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Sessions;

/// <summary>How a list request was answered.</summary>
internal enum ListAnswer
{
    /// <summary>The client has the page already.</summary>
    Unchanged,

    /// <summary>With bytes that were kept.</summary>
    Kept,

    /// <summary>Put together for this request.</summary>
    Written,
}

/// <summary>What is measured about the session list.</summary>
internal sealed class SessionListMetrics
{
    public const string MeterName = "Sidecar.Sessions";

    private readonly Counter<long> _answers;

    public SessionListMetrics(IMeterFactory meters, SessionPages pages)
    {
        var meter = meters.Create(MeterName);
        _answers = meter.CreateCounter<long>("sidecar.sessions.list.answers", "{answer}", "Pages of the session list that were asked for.");
        meter.CreateObservableGauge("sidecar.sessions.list.pages", () => pages.Current.Count, "{page}", "Pages of the session list that are remembered.");
        meter.CreateObservableGauge("sidecar.sessions.list.page_bytes", () => pages.Current.Bytes, "By", "Bytes of the pages that are kept.");
    }

    public void Answered(ListAnswer answer) => _answers.Add(1, new KeyValuePair<string, object?>("answer", answer switch
    {
        ListAnswer.Unchanged => "unchanged",
        ListAnswer.Kept => "kept",
        _ => "written",
    }));
}
