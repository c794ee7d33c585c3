using Sidecar.Supervision.Restarting;

namespace Sidecar.Tests.Supervision.Restarting;

public sealed class RestartPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Crash = TimeSpan.FromSeconds(1);

    private readonly RestartOptions _options = new() { Budget = 100 };

    [Fact]
    public void Next_CrashAfterCrash_DoublesTheDelayUpToTheLongest()
    {
        var policy = new RestartPolicy(_options, new MiddleRandom());

        var delays = Enumerable.Range(0, 10).Select(i => policy.Next(Start.AddSeconds(i), Crash).Delay!.Value.TotalSeconds);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 16, 32, 60, 60], delays);
    }

    [Fact]
    public void Next_AfterAHealthyRun_BeginsWithTheFirstDelay()
    {
        var policy = new RestartPolicy(_options, new MiddleRandom());
        policy.Next(Start, Crash);
        policy.Next(Start, Crash);

        var after = policy.Next(Start.AddMinutes(2), _options.HealthyAfter);
        var next = policy.Next(Start.AddMinutes(2), Crash);

        Assert.Equal((0.25, 0.5), (after.Delay!.Value.TotalSeconds, next.Delay!.Value.TotalSeconds));
    }

    [Fact]
    public void Next_BudgetUsedUpWithinTheWindow_GivesUpUntilItHasPassed()
    {
        var policy = new RestartPolicy(new RestartOptions(), new MiddleRandom());
        var decisions = Enumerable.Range(0, 6).Select(i => policy.Next(Start.AddSeconds(i), Crash)).ToList();

        Assert.Equal([false, false, false, false, false, true], decisions.Select(decision => decision.GivesUp));
        Assert.Equal(5, decisions[^1].RestartsInWindow);
        Assert.False(policy.Next(Start.AddMinutes(10).AddSeconds(1), Crash).GivesUp);
    }

    [Fact]
    public void Reset_AfterGivingUp_BeginsWithAFullBudget()
    {
        var policy = new RestartPolicy(new RestartOptions { Budget = 1 }, new MiddleRandom());
        policy.Next(Start, Crash);
        Assert.True(policy.Next(Start, Crash).GivesUp);

        policy.Reset();

        Assert.Equal(0.25, policy.Next(Start, Crash).Delay!.Value.TotalSeconds);
    }

    [Fact]
    public void Next_ManyFailures_StaysWithinTheJitterOfTheLongestDelay()
    {
        var policy = new RestartPolicy(new RestartOptions { Budget = int.MaxValue }, new Random(7));

        var all = Enumerable.Range(0, 5000).Select(i => policy.Next(Start.AddHours(i), Crash).Delay!.Value.TotalSeconds).ToList();
        var delays = all[20..];

        Assert.All(delays, delay => Assert.InRange(delay, 48, 72));
        Assert.True(delays.Max() - delays.Min() > 10, "The jitter spreads the delays.");
    }

    /// <summary>No jitter.</summary>
    private sealed class MiddleRandom : Random
    {
        public override double NextDouble() => 0.5;
    }
}
