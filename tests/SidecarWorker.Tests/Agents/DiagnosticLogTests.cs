using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.Tests.SidecarWorker.Agents;

public sealed class DiagnosticLogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<DiagnosticLog> _logger = new();
    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public void Add_MoreLinesThanAWindowHas_AreCountedAndToldWithTheNextWindow()
    {
        var log = new DiagnosticLog(_session, _time, _logger);

        for (var i = 0; i < DiagnosticLog.MostOfWindow + 3; i++)
        {
            log.Add($"line {i}");
        }

        Assert.Equal(DiagnosticLog.MostOfWindow, _logger.Collector.Count);
        _time.Advance(DiagnosticLog.Window);
        log.Add("later");
        var last = _logger.Collector.GetSnapshot().TakeLast(2).ToList();
        Assert.Equal(("3", $"{_session}"), (last[0].GetStructuredStateValue("Lines"), last[0].GetStructuredStateValue("SessionId")));
        Assert.Equal("later", last[1].GetStructuredStateValue("Line"));
    }

    [Fact]
    public void End_LinesWereLeftOut_TellsHowManyOnce()
    {
        var log = new DiagnosticLog(_session, _time, _logger);
        for (var i = 0; i < DiagnosticLog.MostOfWindow + 5; i++)
        {
            log.Add("line");
        }

        log.End();
        log.End();

        Assert.Equal(DiagnosticLog.MostOfWindow + 1, _logger.Collector.Count);
        Assert.Equal("5", _logger.LatestRecord.GetStructuredStateValue("Lines"));
    }
}
