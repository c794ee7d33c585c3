using Sidecar.SessionApi.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class RunEndTests
{
    [Fact]
    public async Task Message_BehindAStopThatThisProcessDidNotAskFor_IsGivenToTheNextRun()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"user_message","content":"hello"}""");
        var first = await server.Worker.InputAsync(IsMessage);

        server.Worker.EndAsAsked(id);

        await WaitFor.True(() => server.Worker.Inputs.Count(IsMessage) == 2, LiveSocket.Deadline, "the message's second run");
        Assert.Equal(first.Text("uuid"u8), server.Worker.Inputs.Last(IsMessage).Text("uuid"u8));
    }

    private static bool IsMessage(System.Text.Json.JsonElement input) => input.Is("type"u8, "user"u8);
}
