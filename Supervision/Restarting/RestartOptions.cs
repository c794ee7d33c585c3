namespace Sidecar.Supervision.Restarting;

/// <summary>When a program that ended is started again.</summary>
public sealed record RestartOptions
{
    /// <summary>The wait before the first restart; it doubles with each further one.</summary>
    /// <value>The default value is 0.25 seconds: one crash should hardly be seen.</value>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait.</summary>
    /// <value>The default value is 60 seconds.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A run that lasted this long starts the waits from the beginning.</summary>
    /// <value>The default value is 60 seconds.</value>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many restarts there may be within <see cref="Window"/>.</summary>
    /// <value>The default value is 5.</value>
    public int Budget { get; init; } = 5;

    /// <summary>The time that the budget is for.</summary>
    /// <value>The default value is 10 minutes.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);
}
