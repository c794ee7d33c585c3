using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Live;
using Sidecar.Tests.SessionApi.Access.Fuzzing;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>Whatever is sent: no fault of the server, no answer that takes long. The seed of a failure is in its message.</summary>
public sealed class FuzzTests
{
    private const int Requests = 1500;
    private const int Frames = 1500;
    private const int AgentMessages = 1500;
    private const int Lines = 10_000;
    private const int LinesOfTranscript = 50;

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
            catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
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

    /// <summary>Through the session and its live state, as the worker's events bring them.</summary>
    [Fact]
    public async Task AgentMessages_OfAnyKind_AreHandledAndTheNextOneIsShown()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Live:DurabilityTimeout", "00:00:00"));
        var id = await CreateAsync(server);
        using var socket = await LiveSocket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws/{id}"));
        await socket.SendAsync("""{"type":"user_message","content":"begin"}""");
        await server.Worker.InputAsync(input => input.Is("type"u8, "user"u8)); // what the agent says before it is not shown
        var shown = UntilLastAsync(socket); // reads from now on: a client that does not is closed
        var inputs = new FuzzInputs(_seed);
        for (var said = 0; said < AgentMessages;)
        {
            if (ObjectOn(inputs.AgentLine()) is { } message)
            {
                server.Worker.Say(id, message);
                said++;
            }
        }

        server.Worker.Say(id, """{"type":"system","subtype":"compact_boundary","message":"the last"}""");
        await shown;

        Assert.True(server.Faults.IsEmpty, $"seed {_seed}: {string.Join(Environment.NewLine, server.Faults.Take(3))}");
    }

    [Fact]
    public void AgentMessages_OfAnyKind_AreTranslatedToJson()
    {
        var inputs = new FuzzInputs(_seed);
        var target = new TranslatorTarget();
        for (var i = 0; i < Lines; i++)
        {
            if (ObjectOn(inputs.AgentLine()) is { } message)
            {
                var fault = Record.Exception(() => target.Translate(Encoding.UTF8.GetBytes(message)));
                Assert.True(fault is null, $"seed {_seed}, line {i}: {message}: {fault}");
            }
        }
    }

    [Fact]
    public async Task Transcripts_OfAnyKind_AreRead()
    {
        using var folder = new TemporaryFolder();
        var inputs = new FuzzInputs(_seed);
        for (var i = 0; i < Lines / LinesOfTranscript; i++)
        {
            var fault = await Record.ExceptionAsync(() => TranscriptTarget.ReadAsync(
                Path.Combine(folder.Path, "a.jsonl"), Enumerable.Range(0, LinesOfTranscript).Select(_ => inputs.TranscriptLine()).ToList()));
            Assert.True(fault is null, $"seed {_seed}, transcript {i}: {fault}");
        }
    }

    private static async Task UntilLastAsync(LiveSocket socket)
    {
        while ((await socket.UntilAsync("system_notification")).Text("message"u8) != "the last")
        {
        }
    }

    private static async Task<string> CreateAsync(AccessServer server)
    {
        using var created = await server.SendAsync("POST", "/api/sessions", $$"""{"workDir":{{JsonSerializer.Serialize(server.WorkDir)}}}""");
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!;
    }

    /// <summary>The text of an object that the worker would pass on; null for anything else.</summary>
    private static string? ObjectOn(byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.GetRawText().ReplaceLineEndings(" ") : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
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
