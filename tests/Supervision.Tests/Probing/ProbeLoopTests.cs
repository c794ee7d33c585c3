using Microsoft.Extensions.Time.Testing;
using Sidecar.Supervision.Probing;

namespace Sidecar.Tests.Supervision.Probing;

public sealed class ProbeLoopTests
{
    private static readonly ProbeOptions Options = new();

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedProbe _probe = new();

    [Fact]
    public async Task Loop_FailuresInARow_AskSoonerAndCountAsHungAtTheThreshold()
    {
        _probe.Always("no answer");
        var hung = new ProbeLoop(_probe, Options, _time).WaitUntilHungAsync(TestContext.Current.CancellationToken);

        // 10 s while healthy, then 1, 2, 3 and 4 s.
        foreach (var pause in new[] { 10, 1, 2, 3, 4 })
        {
            Assert.False(hung.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            var before = _probe.Asked;
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(before + 1, _probe.Asked);
        }

        Assert.Equal("5 probes in a row failed; the last: no answer", await hung);
    }

    [Fact]
    public async Task Loop_AnAnswerBetweenFailures_BeginsToCountAgain()
    {
        var loop = new ProbeLoop(_probe, Options, _time);
        _probe.Always("no answer");
        for (var i = 0; i < Options.FailureThreshold - 1; i++)
        {
            Assert.Null(await loop.AskAsync(wasLate: false, CancellationToken.None));
        }

        _probe.Always(null);
        Assert.Null(await loop.AskAsync(wasLate: false, CancellationToken.None));
        Assert.Equal(0, loop.Failures);
    }

    [Fact]
    public async Task Round_OurOwnTimerCameLate_DoesNotCount()
    {
        var loop = new ProbeLoop(_probe, Options, _time);
        _probe.Always("no answer");

        Assert.Null(await loop.AskAsync(wasLate: true, CancellationToken.None));

        Assert.Equal(0, loop.Failures);
    }

    [Fact]
    public async Task Round_OurOwnDeadlineCameLate_DoesNotCount()
    {
        var loop = new ProbeLoop(_probe, Options, _time);
        _probe.Always("no answer", () => _time.Advance(Options.ProbeTimeout * 2)); // as after a suspend of the machine

        Assert.Null(await loop.AskAsync(wasLate: false, CancellationToken.None));

        Assert.Equal(0, loop.Failures);
    }

    [Fact]
    public async Task Round_NoAnswerWithinTheDeadline_Counts()
    {
        var loop = new ProbeLoop(new SilentProbe(), Options, _time);

        var round = loop.AskAsync(wasLate: false, CancellationToken.None);
        _time.Advance(Options.ProbeTimeout);
        await round;

        Assert.Equal(1, loop.Failures);
    }

    private sealed class ScriptedProbe : IProbe
    {
        private string? _answer;
        private Action? _meanwhile;

        public int Asked { get; private set; }

        public void Always(string? answer, Action? meanwhile = null) => (_answer, _meanwhile) = (answer, meanwhile);

        public Task<string?> AskAsync(CancellationToken cancellationToken)
        {
            Asked++;
            _meanwhile?.Invoke();
            return Task.FromResult(_answer);
        }
    }

    /// <summary>Answers nothing until it is told to stop waiting.</summary>
    private sealed class SilentProbe : IProbe
    {
        public async Task<string?> AskAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return "late";
        }
    }
}
