using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>Measures the whole process's memory, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(ChurnTests), DisableParallelization = true)]
[Collection(nameof(ChurnTests))]
public sealed class ChurnTests
{
    private const int Sessions = 1000;

    // Far less than so many sessions would hold if they stayed; more than what a runtime takes and gives back by itself.
    private const long AllowedBytes = 2 * 1024 * 1024;

    [Fact]
    public async Task Sessions_OpenedClosedAndDeleted_LeaveNothing()
    {
        await using var server = await LiveServer.StartAsync(("DeletedSessionsLifetime", "00:00:01"));
        await ChurnAsync(server, "warm");
        var before = Managed();

        await ChurnAsync(server, "cold");

        Assert.InRange(Managed() - before, long.MinValue, AllowedBytes);
        Assert.All(
            server.Bounds.All.Where(bound => bound.Name.StartsWith("live.", StringComparison.Ordinal)),
            bound => Assert.Equal((bound.Name, 0), (bound.Name, bound.Used)));
        Assert.True(server.Bounds.All.Single(bound => bound.Name == "live.deleted_sessions").Peak > 0);
    }

    private static async Task ChurnAsync(LiveServer server, string name)
    {
        var live = server.Services.GetRequiredService<ILiveSessionControl>();
        await Parallel.ForAsync(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            using var socket = await server.JoinAsync($"{name}-{number}");
            if (number % 2 == 0)
            {
                await socket.LeaveAsync();
            }
            else
            {
                await live.BeginDeleteAsync($"{name}-{number}", cancellationToken);
                live.CompleteDelete($"{name}-{number}");
                Assert.Equal("session deleted", (await socket.CloseAsync()).Reason);
            }
        });
        await server.UntilUsedAsync("live.sessions", 0);
        await server.UntilUsedAsync("live.sockets", 0);
        await server.UntilUsedAsync("live.deleted_sessions", 0);
    }

    private static long Managed()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
