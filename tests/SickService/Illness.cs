using System.Runtime.InteropServices;

namespace Sidecar.Tests.SickService;

/// <summary>The ways in which a service stops answering without ending, and two in which it should be ended.</summary>
internal static class Illness
{
    private const int SigStop = 19;
    private const int Leaks = 400;
    private const int Blocked = 5000; // the pool adds a thread or two a second: it is busy for longer than any test

    private static readonly Lock Gate = new();
    private static readonly ManualResetEventSlim Never = new();
    private static readonly List<byte[]> Leaked = [];
    private static readonly Dictionary<string, Action> All = new()
    {
        ["freeze"] = () => _ = Kill(Environment.ProcessId, SigStop),
        ["spin"] = () => HoldGate(static () => { }),
        ["deadlock"] = () => HoldGate(static () => Never.Wait()),
        ["starve"] = Starve,
        ["leak"] = Leak,
        ["exit"] = () => Environment.Exit(7),
    };

    /// <summary>Begins when the answer has been sent. False for what is no illness.</summary>
    public static bool Begin(string illness, HttpResponse response)
    {
        if (!All.TryGetValue(illness, out var begin))
        {
            return false;
        }

        response.OnCompleted(() =>
        {
            new Thread(() => begin()) { IsBackground = true }.Start();
            return Task.CompletedTask;
        });
        return true;
    }

    public static string Ask()
    {
        lock (Gate)
        {
            return $"process {Environment.ProcessId}";
        }
    }

    private static void HoldGate(Action round)
    {
        lock (Gate)
        {
            while (true)
            {
                round();
            }
        }
    }

    private static void Starve()
    {
        for (var i = 0; i < Blocked; i++)
        {
            ThreadPool.QueueUserWorkItem(static _ => Never.Wait());
        }
    }

    private static void Leak()
    {
        for (var i = 0; i < Leaks; i++)
        {
            var megabyte = GC.AllocateUninitializedArray<byte>(1024 * 1024);
            Array.Fill(megabyte, (byte)1); // an untouched page costs nothing
            Leaked.Add(megabyte);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
