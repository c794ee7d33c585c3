using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Trace;

public sealed class TraceTests
{
    [Fact]
    public async Task Trace_OfATranscript_HasACallForEachMessageOfTheModel()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(
            TranscriptHome.Id,
            TranscriptHome.User("hi", "2026-04-01T10:00:00.000Z"),
            """{"type":"assistant","message":{"role":"assistant","id":"m1","model":"x","content":[{"type":"thinking"}],"usage":{"input_tokens":5,"output_tokens":1}},"uuid":"a1","timestamp":"2026-04-01T10:00:01.000Z"}""",
            """{"type":"assistant","message":{"role":"assistant","id":"m1","model":"x","content":[{"type":"text","text":"yes"}],"usage":{"input_tokens":5,"output_tokens":9}},"uuid":"a2","timestamp":"2026-04-01T10:00:02.500Z"}""",
            TranscriptHome.User("more", "2026-04-01T10:01:00.000Z"),
            """{"type":"assistant","isApiErrorMessage":true,"message":{"role":"assistant","id":"m2","model":"x","content":[{"type":"text","text":"broken"}]},"uuid":"a3","timestamp":"2026-04-01T10:01:01.000Z"}""");

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/trace");
        var one = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/trace/calls/m1");
        using var none = await client.GetAsync(new Uri($"/api/sessions/{TranscriptHome.Id}/trace/calls/m9", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"apiCalls":2,"failedCalls":1,"totalDurationMs":3500,"totalInputTokens":5,"totalOutputTokens":9,"models":[{"model":"x","calls":2}],"updatedAt":"2026-04-01T10:01:01.000Z"}""",
            answer.GetProperty("summary").GetRawText());
        Assert.Equal(["m1", "m2"], answer.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("id").GetString()));
        Assert.Equal(answer.GetProperty("calls")[0].GetRawText(), one.GetProperty("call").GetRawText());
        var call = one.GetProperty("call");
        Assert.Equal(("ok", "2026-04-01T10:00:00.000Z", 2500), (call.GetProperty("status").GetString(), call.GetProperty("startedAt").GetString(), call.GetProperty("durationMs").GetInt32()));
        Assert.Equal("""[{"type":"thinking"}][{"type":"text","text":"yes"}]""", call.GetProperty("response").GetProperty("body").GetProperty("preview").GetString());
        Assert.Equal("error", answer.GetProperty("calls")[1].GetProperty("status").GetString());
        await none.ErrorAsync(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Trace_UnknownSession_Is404()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var answer = await client.GetAsync(new Uri($"/api/sessions/{TranscriptHome.Id}/trace", UriKind.Relative), TestContext.Current.CancellationToken);

        await answer.ErrorAsync(404, "NOT_FOUND");
    }
}
