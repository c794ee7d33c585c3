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

    // Counted by hand and told when somebody asks: a counter looks for its point each time, and the list is asked for most of all.
    private readonly long[] _answers = new long[Enum.GetValues<ListAnswer>().Length];

    public SessionListMetrics(IMeterFactory meters, SessionPages pages)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("sidecar.sessions.list.answers", Answers, "{answer}", "Pages of the session list that were asked for.");
        meter.CreateObservableGauge("sidecar.sessions.list.pages", () => pages.Current.Count, "{page}", "Pages of the session list that are remembered.");
        meter.CreateObservableGauge("sidecar.sessions.list.page_bytes", () => pages.Current.Bytes, "By", "Bytes of the pages that are kept.");
    }

    public void Answered(ListAnswer answer) => Interlocked.Increment(ref _answers[(int)answer]);

    private IEnumerable<Measurement<long>> Answers() => Enum.GetValues<ListAnswer>().Select(answer => new Measurement<long>(
        Interlocked.Read(ref _answers[(int)answer]),
        new KeyValuePair<string, object?>("answer", answer switch
        {
            ListAnswer.Unchanged => "unchanged",
            ListAnswer.Kept => "kept",
            _ => "written",
        })));
}
