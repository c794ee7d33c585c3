using System.Globalization;

namespace Sidecar.Tests.FakeAgent;

internal static class TimingDirectives
{
    // Long enough for every test, and a program that a dead test has left behind still ends.
    public static readonly TimeSpan LongestHang = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static Task SilenceAsync(Turn turn, Directive directive) =>
        turn.PauseAsync(TimeSpan.FromMilliseconds(directive.Number(0)));

    /// <summary>Also @hang-hard: what is different about it, the turn knows from its directives.</summary>
    public static async Task HangAsync(Turn turn, Directive directive)
    {
        await turn.PauseAsync(LongestHang);
        Exits.Crash(70, "FakeAgent: nobody ended the hanging turn");
    }

    /// <summary>Waits for whoever makes the file.</summary>
    public static async Task UntilAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        for (var waited = TimeSpan.Zero; !File.Exists(directive.Arguments[0]); waited += Look)
        {
            if (waited > LongestHang)
            {
                Exits.Crash(70, $"FakeAgent: nobody made {directive.Arguments[0]}");
            }

            await turn.PauseAsync(Look);
        }
    }

    public static Task LatePermissionAsync(Turn turn, Directive directive)
    {
        turn.PermissionDelay = TimeSpan.FromMilliseconds(directive.Number(0));
        return Task.CompletedTask;
    }

    public static Task UsageAsync(Turn turn, Directive directive)
    {
        var cost = directive.Arguments.Length > 2
            ? double.Parse(directive.Arguments[2], CultureInfo.InvariantCulture)
            : turn.Usage.Cost;
        turn.Usage = new TurnUsage(directive.Number(0, 12), directive.Number(1, 34), cost);
        return Task.CompletedTask;
    }
}
