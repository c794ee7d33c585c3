namespace Sidecar.Tests.FakeAgent;

/// <summary>The lines starting with @ that a prompt may have, by the moment at which they act. README.md explains each.</summary>
internal static class DirectiveTable
{
    private static readonly Dictionary<string, Func<Turn, Directive, Task>> BeforeAnswer = new()
    {
        ["silence"] = TimingDirectives.SilenceAsync,
        ["hang"] = TimingDirectives.HangAsync,
        ["hang-hard"] = TimingDirectives.HangAsync,
        ["freeze"] = StuckDirectives.FreezeAsync,
        ["spin"] = StuckDirectives.SpinAsync,
        ["deadlock"] = StuckDirectives.DeadlockAsync,
        ["late-permission"] = TimingDirectives.LatePermissionAsync,
        ["usage"] = TimingDirectives.UsageAsync,
        ["crash-before-answer"] = ProcessDirectives.CrashAsync,
        ["spawn"] = ProcessDirectives.SpawnAsync,
        ["hold-pipes"] = ProcessDirectives.HoldPipesAsync,
        ["fork-storm"] = ProcessDirectives.ForkStormAsync,
        ["grow"] = MemoryDirectives.GrowAsync,
        ["leak"] = MemoryDirectives.LeakAsync,
        ["ignore-term"] = ProcessDirectives.IgnoreTermAsync,
        ["subagent"] = SubagentDirective.RunAsync,
        ["agent-runs"] = AgentRunDirective.RunAsync,
        ["background-task"] = ReportDirectives.BackgroundTaskAsync,
        ["cwd"] = ReportDirectives.DirectoryAsync,
    };

    private static readonly Dictionary<string, Func<Turn, Directive, AssistantStream, Task>> WithinText = new()
    {
        ["slow"] = TextDirectives.SlowAsync,
        ["until"] = TimingDirectives.UntilAsync,
        ["count"] = NumberedDirectives.CountAsync,
        ["stamp"] = NumberedDirectives.StampAsync,
        ["crash"] = (turn, directive, _) => ProcessDirectives.CrashAsync(turn, directive),
        ["flood"] = TextDirectives.FloodAsync,
        ["huge"] = TextDirectives.HugeAsync,
        ["two-on-a-line"] = BrokenLineDirectives.TwoOnALineAsync,
        ["cut-line"] = BrokenLineDirectives.CutLineAsync,
        ["invalid-utf8"] = BrokenLineDirectives.InvalidUtf8Async,
        ["lone-surrogate"] = BrokenLineDirectives.LoneSurrogateAsync,
        ["noise"] = BrokenLineDirectives.NoiseAsync,
        ["drop-socket"] = ReplayDirectives.DropSocketAsync,
        ["no-uuid"] = ReplayDirectives.NoUuidAsync,
        ["unknown"] = BrokenLineDirectives.UnknownAsync,
    };

    private static readonly Dictionary<string, Func<Turn, Directive, Task>> AfterResult = new()
    {
        ["late-output"] = LateDirectives.OutputAsync,
        ["busy"] = LateDirectives.BusyAsync,
    };

    public static bool Knows(string name) => BeforeAnswer.ContainsKey(name) || WithinText.ContainsKey(name) || AfterResult.ContainsKey(name);

    public static Task BeforeAnswerAsync(Turn turn) => ActAsync(BeforeAnswer, turn);

    public static Task AfterResultAsync(Turn turn) => ActAsync(AfterResult, turn);

    public static async Task WithinTextAsync(Turn turn, AssistantStream stream)
    {
        foreach (var directive in turn.Input.Directives)
        {
            if (WithinText.TryGetValue(directive.Name, out var act))
            {
                await act(turn, directive, stream);
            }
        }
    }

    private static async Task ActAsync(Dictionary<string, Func<Turn, Directive, Task>> table, Turn turn)
    {
        foreach (var directive in turn.Input.Directives)
        {
            if (table.TryGetValue(directive.Name, out var act))
            {
                await act(turn, directive);
            }
        }
    }
}
