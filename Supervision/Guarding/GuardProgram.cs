using System.Runtime.InteropServices;
using Sidecar.Supervision.Reaping;

namespace Sidecar.Supervision.Guarding;

/// <summary>
/// The guard itself: a process that waits for the end of the program that started it, and then ends what that program left behind. It learns of
/// the end from its standard input, whose other end only that program holds: no message before the end of the input means that it died.
/// </summary>
public static partial class GuardProgram
{
    /// <summary>The program has ended everything itself, so there is nothing to do.</summary>
    internal const byte Farewell = (byte)'.';

    // Descriptors are closed shortly before a process counts as dead; a core dump in between may take long.
    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReapPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    // A process that is just replacing itself shows no environment: one look without a find proves little.
    private static readonly TimeSpan SecondLookInterval = TimeSpan.FromMilliseconds(100);
    private const int EmptyLooks = 3;

    /// <summary>Waits, reaps and returns the exit code.</summary>
    /// <param name="markerName">The variable by which the processes to end are known.</param>
    /// <param name="guarded">The owner's part of its markers, <c>namespace-pid-start/…</c>.</param>
    /// <param name="time">The clock.</param>
    public static async Task<int> RunAsync(string markerName, string guarded, TimeProvider time)
    {
        if (OperatingSystem.IsWindows() || ProcessOwner.Of(guarded) is not { } owner)
        {
            return 1;
        }

        _ = CreateSession(); // fails when it has one already, which is as good
        using var asked = new CancellationTokenSource();
        // Whoever stops everything stops the guarded program too, and that one says when the guard is done.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            Ignore(context);
            asked.Cancel();
        });

        if (!await HasLeftInOrderAsync())
        {
            await WaitForDeathAsync(owner, time);
            await ReapAsync(new OrphanReaper(markerName, time), time, asked.Token);
        }

        return 0;
    }

    private static void Ignore(PosixSignalContext context) => context.Cancel = true;

    private static async Task<bool> HasLeftInOrderAsync()
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[1];
        return await input.ReadAsync(buffer) == 1 && buffer[0] == Farewell;
    }

    private static async Task WaitForDeathAsync(ProcessOwner owner, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (owner.Identity.IsAlive && time.GetElapsedTime(started) < DeathPatience)
        {
            await Task.Delay(LookInterval, time);
        }
    }

    private static async Task ReapAsync(OrphanReaper reaper, TimeProvider time, CancellationToken asked)
    {
        var started = time.GetTimestamp();
        for (var empty = 0; empty < EmptyLooks && time.GetElapsedTime(started) < ReapPatience;)
        {
            empty = await reaper.ReapAsync(CancellationToken.None) == 0 ? empty + 1 : 0;
            if (asked.IsCancellationRequested)
            {
                return; // somebody above sweeps as well, and waits for us
            }

            await Task.Delay(SecondLookInterval, time, CancellationToken.None);
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int CreateSession();
}
