namespace Sidecar.Supervision.Containment;

/// <summary>
/// Looks at all processes for everybody who asks at the same time. When many trees are stopped at once each wants to know what is left of it,
/// and a look costs milliseconds of a processor; together they cost two.
/// </summary>
internal static class SharedLook
{
    private static readonly Lock Gate = new();
    private static Task<ProcessSnapshot> _running = Task.FromResult(new ProcessSnapshot(table: null));
    private static Task<ProcessSnapshot>? _next;

    /// <summary>A look that begins after this call.</summary>
    public static Task<ProcessSnapshot> TakeAsync()
    {
        lock (Gate)
        {
            return _next ??= TakeAfterAsync(_running);
        }
    }

    private static async Task<ProcessSnapshot> TakeAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (Gate)
        {
            (_running, _next) = (_next!, null); // who asks from here on gets the one after this
        }

        return ProcessSnapshot.Take();
    }
}
