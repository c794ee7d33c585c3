using System.Net.WebSockets;
using System.Text;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>Whatever is sent: no fault of the server, no answer that takes long. The seed of a failure is in its message.</summary>
public sealed class FuzzTests
{
    private const int Requests = 1500;
    private const int Frames = 1500;

    private readonly int _seed = Environment.TickCount;

    [Fact]
    public async Task Requests_OfAnyKind_AreAnsweredWithoutAFault()
    {
        await using var server = await AccessServer.StartAsync();
        var inputs = new FuzzInputs(_seed);
        for (var i = 0; i < Requests; i++)
        {
            var (method, path, body) = (inputs.Method, inputs.Path(), inputs.Body());
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "GET" or "HEAD" ? null : new ByteArrayContent(body) };
            using var response = await server.Http.SendAsync(request).WaitAsync(LiveSocket.Deadline, TimeProvider.System);
            // The worker of this test knows no sidecars, which is answered with 503.
            Assert.True((int)response.StatusCode is < 500 or 503, $"seed {_seed}, input {i}: {method} {path} {Encoding.UTF8.GetString(body)} is {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Frames_OfAnyKind_LeaveTheServerWell()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Live:MaxMessageRate", "1000000"));
        var inputs = new FuzzInputs(_seed);
        var sent = 0;
        while (sent < Frames)
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws/fuzz"), CancellationToken.None);
            var reading = DrainAsync(socket);
            try
            {
                for (var i = 0; i < 100 && socket.State == WebSocketState.Open; i++, sent++)
                {
                    await socket.SendAsync(inputs.Message(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or IOException)
            {
                sent++; // a message that is no text closes the socket
            }

            socket.Abort();
            await reading.WaitAsync(LiveSocket.Deadline, TimeProvider.System);
        }

        Assert.True(await server.StatusAsync("GET", "/health") == 200, $"seed {_seed}");
        using var last = await LiveSocket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws/fuzz"));
        await last.SendAsync("""{"type":"ping"}""");
        await last.UntilAsync("pong");
    }

    private static async Task DrainAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Cut off.
        }
    }
}
