using System.Net.Sockets;
using System.Text;
using Sidecar.Tests.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>Clients that hold a connection by sending next to nothing (slow loris).</summary>
public sealed class SlowRequestTests
{
    /// <summary>Fails when <c>RequestLimits.HeadersTimeout</c> is not given to the server.</summary>
    [Fact]
    public async Task Headers_ThatDoNotEnd_EndTheConnection()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Requests:HeadersTimeout", "00:00:00.200"));

        var answer = await SendSlowlyAsync(server, "GET /api/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    /// <summary>Fails when <c>RequestLimits.MinBodyBytesPerSecond</c> is not given to the server.</summary>
    [Fact]
    public async Task Body_SlowerThanItMayBe_Is408()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Requests:MinBodyBytesPerSecond", "1000000"));

        // A thousand bytes a second, which is more than the server would want by itself.
        var answer = await SendSlowlyAsync(
            server, "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{", more: 100);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        await server.AssertUntouchedAsync();
    }

    /// <summary>Sends the beginning of a request, then ten times a second some blanks; what the server says until it closes the connection.</summary>
    private static async Task<string> SendSlowlyAsync(AccessServer server, string beginning, int more = 0)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var deadline = new CancellationTokenSource(LiveSocket.Deadline, TimeProvider.System);
        var answer = reader.ReadToEndAsync(deadline.Token);
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
            if (more > 0 && !answer.IsCompleted)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string(' ', more)), deadline.Token);
            }
        }

        return await answer;
    }
}
