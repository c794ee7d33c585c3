namespace Sidecar.Tests.FakeAgent;

/// <summary>Memory that is taken and kept.</summary>
internal static class MemoryDirectives
{
    private const int Megabyte = 1024 * 1024;
    private const int Page = 4096;
    private const int LeakedMegabytesPerSecond = 200;

    private static readonly List<byte[]> Eaten = [];

    public static Task GrowAsync(Turn turn, Directive directive)
    {
        for (var i = 0; i < directive.Number(0, 64); i++)
        {
            Eat();
        }

        return Task.CompletedTask;
    }

    /// <summary>Slow enough that somebody who looks once a second sees it grow.</summary>
    public static async Task LeakAsync(Turn turn, Directive directive)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var eaten = 1; eaten <= directive.Number(0, 64); eaten++)
        {
            Eat();
            await turn.PauseAsync(TimeSpan.FromSeconds((double)eaten / LeakedMegabytesPerSecond) - TimeProvider.System.GetElapsedTime(started));
        }
    }

    private static void Eat()
    {
        var block = new byte[Megabyte];
        for (var at = 0; at < block.Length; at += Page)
        {
            block[at] = 1; // an untouched page costs nothing
        }

        Eaten.Add(block);
    }
}
