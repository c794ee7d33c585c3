using System.Diagnostics;

namespace Sidecar.Tests.FakeAgent;

/// <summary>What a CLI can do to the machine: die, leave processes behind, eat memory.</summary>
internal static class ProcessDirectives
{
    private const int CrashExitCode = 3;
    private const string NoPipes = "</dev/null >/dev/null 2>&1";

    private static readonly List<byte[]> Eaten = [];

    public static Task CrashAsync(Turn turn, Directive directive)
    {
        Exits.Crash(CrashExitCode, "fatal: FakeAgent was told to crash");
        return Task.CompletedTask;
    }

    public static async Task SpawnAsync(Turn turn, Directive directive)
    {
        var kind = directive.Arguments is [var first, ..] ? first : "plain";
        await ShellAsync(kind switch
        {
            "plain" => $"exec sleep 600 {NoPipes}",
            "double-fork" => $"sleep 600 {NoPipes} &",
            "setsid" => $"exec setsid sleep 600 {NoPipes}",
            _ => throw new ArgumentException($"Unknown kind of process: {kind}"),
        }, waitForShell: kind == "double-fork");
        turn.Remarks.Add($"spawned {kind}");
    }

    /// <summary>The sleeper keeps our stdout and stderr open after we have gone.</summary>
    public static async Task HoldPipesAsync(Turn turn, Directive directive)
    {
        await ShellAsync("sleep 600 &", waitForShell: true);
        turn.Remarks.Add("holding pipes");
    }

    public static Task GrowAsync(Turn turn, Directive directive)
    {
        const int Megabyte = 1024 * 1024;
        const int Page = 4096;
        for (var i = 0; i < directive.Number(0, 64); i++)
        {
            var block = new byte[Megabyte];
            for (var at = 0; at < block.Length; at += Page)
            {
                block[at] = 1; // an untouched page costs nothing
            }

            Eaten.Add(block);
        }

        return Task.CompletedTask;
    }

    private static async Task ShellAsync(string script, bool waitForShell)
    {
        var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]))!;
        if (waitForShell)
        {
            await shell.WaitForExitAsync();
        }
    }
}
