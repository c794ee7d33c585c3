namespace Sidecar.Tests.TestSupport;

/// <summary>Waits for what must come, and names it when it does not.</summary>
public static class WaitFor
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<bool> condition, TimeSpan deadline, string what) =>
        True(() => Task.FromResult(condition()), deadline, what);

    public static Task True(Func<bool> condition, TimeSpan deadline, Func<string> what) =>
        True(() => Task.FromResult(condition()), deadline, what);

    /// <param name="condition">What must come.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="what">Says what is missing, when it is missing.</param>
    public static async Task True(Func<Task<bool>> condition, TimeSpan deadline, Func<string> what)
    {
        try
        {
            await True(condition, deadline, "");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(exception.Message + what());
        }
    }

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
