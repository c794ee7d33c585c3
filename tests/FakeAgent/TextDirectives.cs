namespace Sidecar.Tests.FakeAgent;

/// <summary>Much text, or text that takes its time.</summary>
internal static class TextDirectives
{
    private const int FloodTextLength = 1024;

    public static async Task SlowAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var pause = TimeSpan.FromMilliseconds(directive.Number(0, 50));
        var count = directive.Number(1, 40);
        for (var i = 1; i <= count; i++)
        {
            await turn.PauseAsync(pause);
            await stream.TextAsync($"w{i} ");
        }
    }

    /// <summary>These deltas are not repeated in the assistant message: it would be as long as all of them.</summary>
    public static Task FloodAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var filling = new string('f', FloodTextLength);
        for (var i = 0; i < directive.Number(0, 1000); i++)
        {
            turn.Interrupted.ThrowIfCancellationRequested();
            turn.Agent.Output.WriteLine(stream.UnsentText(filling));
        }

        return Task.CompletedTask;
    }

    public static Task HugeAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        turn.Agent.Output.WriteLine(stream.UnsentText(new string('h', directive.Number(0, 1024 * 1024))));
        return Task.CompletedTask;
    }
}
