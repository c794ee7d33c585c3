using System.Diagnostics;

namespace Sidecar.Tests.FakeAgent;

/// <summary>What a CLI can do to the machine: die, leave processes behind, refuse to end.</summary>
internal static class ProcessDirectives
{
    private const int CrashExitCode = 3;
    private const string NoPipes = "</dev/null >/dev/null 2>&1";

    // A slip in a prompt must not take the machine down.
    private const int LargestStorm = 200;

    public static async Task CrashAsync(Turn turn, Directive directive)
    {
        await turn.Agent.Output.FlushAsync();
        Exits.Crash(CrashExitCode, "fatal: FakeAgent was told to crash");
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

    /// <summary>The last one takes the place of the shell, so that all of them descend from this process.</summary>
    public static async Task ForkStormAsync(Turn turn, Directive directive)
    {
        var count = Math.Clamp(directive.Number(0, LargestStorm), 1, LargestStorm);
        await ShellAsync(
            $"exec {NoPipes}; n={count}; while [ $n -gt 1 ]; do sleep 600 & n=$((n-1)); done; exec sleep 600", waitForShell: false);
        turn.Remarks.Add($"stormed {count}");
    }

    public static Task IgnoreTermAsync(Turn turn, Directive directive)
    {
        Exits.IgnoreRequests();
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
