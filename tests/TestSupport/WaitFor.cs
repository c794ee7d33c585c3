namespace Sidecar.Tests.TestSupport;

/// <summary>Waits for what must come, and names it when it does not.</summary>
public static class WaitFor
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<bool> condition, TimeSpan deadline, string what) =>
        True(() => Task.FromResult(condition()), deadline, what);

    public static async Task True(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline)
            {
                throw new TimeoutException($"Not within {deadline}: {what}");
            }

            await Task.Delay(PollInterval, TimeProvider.System);
        }
    }
}
