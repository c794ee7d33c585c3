using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Clients are answered while the server has much else to do.</summary>
public sealed class BusyServerTests : OwnSystemTest
{
    private const int Transcripts = 3000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5); // of a machine that is busy with other tests as well

    [Fact]
    public async Task Ping_WhileALargeHistoryIsScannedAndListed_IsAnswered()
    {
        var sidecar = await StartAsync();
        await using var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync());
        var project = Directory.CreateDirectory(sidecar.Folder["config", "projects", "-large"]).FullName;
        var line = $$"""{"type":"user","message":{"role":"user","content":"{{new string('x', 2000)}}"},"uuid":"u","timestamp":"2026-04-01T10:00:00.000Z"}""";
        var transcript = string.Concat(Enumerable.Repeat(line + "\n", 10));
        for (var i = 0; i < Transcripts; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(project, $"{Guid.NewGuid()}.jsonl"), transcript);
        }

        var lists = Enumerable.Range(0, 8).Select(_ => sidecar.GetAsync("/api/sessions?limit=400")).ToList();
        do
        {
            var asked = TimeProvider.System.GetTimestamp();
            await client.PingAsync();
            Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, Limit);
        }
        while (lists.Exists(list => !list.IsCompleted));

        foreach (var list in lists)
        {
            Assert.True((await list).GetProperty("sessions").GetArrayLength() > 0);
        }
    }
}
