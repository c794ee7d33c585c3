using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>Clients that break the rules harm themselves at most.</summary>
public sealed class BrokenClientsTests
{
    public static TheoryData<string, string> Oddities => new()
    {
        { "", "PARSE_ERROR" },
        { " ", "PARSE_ERROR" },
        { "{", "PARSE_ERROR" },
        { "{\"type\":\"ping\"}}", "PARSE_ERROR" },
        { "\0\0", "PARSE_ERROR" },
        { new string('[', 100_000), "PARSE_ERROR" },
        { $$"""{"type":"user_message","content":{{Deep("{\"a\":", "}", 300)}}}""", "PARSE_ERROR" },
        { Deep("[", "]", 200), "UNKNOWN_TYPE" },
        { "5", "UNKNOWN_TYPE" },
        { "null", "UNKNOWN_TYPE" },
        { "[{\"type\":\"ping\"}]", "UNKNOWN_TYPE" },
        { "{}", "UNKNOWN_TYPE" },
        { "{\"type\":5}", "UNKNOWN_TYPE" },
        { "{\"type\":\"\\ud800\"}", "UNKNOWN_TYPE" },
        { "{\"type\":\"PING\"}", "UNKNOWN_TYPE" },
        { "{\"type\":\"user_message\",\"content\":5}", "PARSE_ERROR" },
        { "{\"type\":\"permission_response\",\"requestId\":\"r\",\"allowed\":\"yes\"}", "PARSE_ERROR" },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task Message_Odd_IsAnsweredAndHarmsNothing(string message, string code)
    {
        await using var server = await LiveServer.StartAsync();
        using var socket = await server.JoinAsync("s1");

        foreach (var type in (WebSocketMessageType[])[WebSocketMessageType.Text, WebSocketMessageType.Binary])
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), type);
            Assert.Equal(code, (await socket.UntilAsync("error")).GetProperty("code").GetString());
        }

        await socket.SendAsync("""{"type":"ping"}""");
        await socket.UntilAsync("pong");
    }

    [Fact]
    public async Task Message_BinaryWithInvalidUtf8_IsAnswered()
    {
        await using var server = await LiveServer.StartAsync();
        using var socket = await server.JoinAsync("s1");

        foreach (var text in (string[])["{\"type\":\"?\"}", "{\"type\":\"user_message\",\"?\":1}", "?"])
        {
            await socket.SendAsync([.. Encoding.UTF8.GetBytes(text).Select(octet => octet == (byte)'?' ? (byte)0xff : octet)], WebSocketMessageType.Binary);
            await socket.UntilAsync("error");
        }

        await socket.SendAsync("""{"type":"ping"}"""u8.ToArray(), WebSocketMessageType.Binary);
        await socket.UntilAsync("pong");
    }

    [Fact]
    public async Task Message_TextWithInvalidUtf8_ClosesThatSocketAsTheProtocolSays()
    {
        await using var server = await LiveServer.StartAsync();
        using var broken = await server.JoinAsync("s1");
        using var other = await server.JoinAsync("s1");

        await broken.SendAsync([(byte)'"', 0xff, (byte)'"'], WebSocketMessageType.Text);

        await server.UntilUsedAsync("live.sockets", 1);
        await other.SendAsync("""{"type":"ping"}""");
        await other.UntilAsync("pong");
    }

    [Fact]
    public async Task Client_JustVanishes_LeavesItsSession()
    {
        await using var server = await LiveServer.StartAsync();
        var socket = await server.JoinAsync("s1");

        socket.Dispose();

        await server.UntilUsedAsync("live.sockets", 0);
        await server.UntilUsedAsync("live.sessions", 0);
    }

    [Fact]
    public async Task HalfOpenLine_NoAnswerToPings_IsCutAndNobodyElse()
    {
        await using var server = await LiveServer.StartAsync(("PingInterval", "00:00:00.5"), ("PingTimeout", "00:00:03"));
        using var honest = await server.JoinAsync("s1");
        var answer = honest.UntilAsync("pong"); // who reads answers pings
        using var silent = new TcpClient();
        await silent.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        var stream = silent.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /ws/s2 HTTP/1.1\r\nHost: {server.Address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            TestContext.Current.CancellationToken);

        await ReadToTheEndAsync(stream).WaitAsync(LiveSocket.Deadline, TimeProvider.System);

        await server.UntilUsedAsync("live.sockets", 1);
        await honest.SendAsync("""{"type":"ping"}""");
        await answer;
    }

    private static async Task ReadToTheEndAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Cut rather than closed: an end as well.
        }
    }

    private static string Deep(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
}
