namespace Sidecar.Tests.FakeAgent;

/// <summary>What a CLI does that has lost its server for a moment.</summary>
internal static class ReplayDirectives
{
    public static Task DropSocketAsync(Turn turn, Directive directive, AssistantStream stream) =>
        turn.Agent.Output.RepeatAsync(directive.Number(0, RecentMessages.Capacity));

    public static Task NoUuidAsync(Turn turn, Directive directive, AssistantStream stream)
    {
        var delta = stream.UnsentText("the same ");
        delta.Remove("uuid");
        for (var i = 0; i < directive.Number(0, 2); i++)
        {
            turn.Agent.Output.WriteLine(delta);
        }

        return Task.CompletedTask;
    }
}
