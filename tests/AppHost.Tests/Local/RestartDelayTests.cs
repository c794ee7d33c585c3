using Sidecar.AppHost.Local;

namespace Sidecar.Tests.AppHost.Local;

public sealed class RestartDelayTests
{
    [Fact]
    public void After_ShortRuns_GrowsToItsLimit()
    {
        var delay = new RestartDelay();

        var delays = Enumerable.Range(0, 9).Select(_ => delay.After(TimeSpan.FromSeconds(1)).TotalSeconds);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void After_AHealthyWhile_BeginsAgain()
    {
        var delay = new RestartDelay();
        delay.After(TimeSpan.FromSeconds(1));
        delay.After(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(0.25), delay.After(TimeSpan.FromSeconds(60)));
        Assert.Equal(TimeSpan.FromSeconds(0.5), delay.After(TimeSpan.FromSeconds(1)));
    }
}
