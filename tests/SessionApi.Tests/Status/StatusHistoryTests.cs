using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Status;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Status;

/// <summary>What the process cost in the last quarter of an hour.</summary>
public sealed class StatusHistoryTests
{
    [Fact]
    public async Task History_Sampled_HasWhatThereWas()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var socket = await server.JoinAsync(await server.CreateAsync(http));
        using var feed = await LiveSocket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws-feed"));
        await feed.UntilAsync("list");

        server.Services.GetRequiredService<StatusHistory>().Sample();
        var answer = await http.GetJsonAsync("/api/status/history");

        Assert.Equal(5, answer.GetProperty("intervalSeconds").GetInt32());
        var samples = answer.GetProperty("samples");
        var last = samples[samples.GetArrayLength() - 1];
        Assert.Equal(
            ["at", "residentBytes", "managedBytes", "cacheBytes", "delayMs", "liveSessions", "sockets"],
            last.EnumerateObject().Select(member => member.Name));
        Assert.InRange(last.GetProperty("managedBytes").GetInt64(), 1_000_000, last.GetProperty("residentBytes").GetInt64());
        Assert.True(last.GetProperty("delayMs").GetDouble() >= 0);
        Assert.True(last.GetProperty("cacheBytes").GetInt64() >= 0);
        Assert.Equal((1, 2), (last.GetProperty("liveSessions").GetInt32(), last.GetProperty("sockets").GetInt32()));
    }

    [Fact]
    public async Task History_ManySamples_KeepsTheNewestInOrder()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var history = server.Services.GetRequiredService<StatusHistory>();
        for (var i = 0; i < StatusHistory.MaxSamples + 20; i++)
        {
            history.Sample();
        }

        var times = (await client.GetJsonAsync("/api/status/history")).GetProperty("samples").EnumerateArray()
            .Select(sample => sample.GetProperty("at").GetDateTimeOffset())
            .ToList();

        Assert.Equal(StatusHistory.MaxSamples, times.Count);
        Assert.Equal(times.Order(), times);
    }
}
