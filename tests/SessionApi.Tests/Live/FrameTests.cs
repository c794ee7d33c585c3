using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class FrameTests
{
    [Fact]
    public void Frames_OfTheServerItself_HaveExactlyTheseMembers()
    {
        Is("""{"type":"connected","sessionId":"s1"}""", Frame.Connected("s1"));
        Is("""{"type":"pong"}""", Frame.Pong);
        Is("""{"type":"status","state":"idle"}""", Frame.Idle);
        Is("""{"type":"status","state":"thinking","verb":"Thinking"}""", Frame.Thinking);
        Is("""{"type":"status","state":"thinking","attemptStart":true}""", Frame.AttemptStart);
        Is("""{"type":"message_complete","usage":{"input_tokens":0,"output_tokens":0}}""", Frame.MessageCompleteWithoutUsage);
        Is("""{"type":"error","message":"no","code":"C"}""", Frame.Error("C", "no"));
        Is("""{"type":"error","message":"no","code":"C","retryable":true}""", Frame.Error("C", "no", retryable: true));
        Is("""{"type":"session_state","turnState":"running","activeBackgroundTaskIds":["t1"]}""", Frame.SessionState(true, ["t1"]));
        Is("""{"type":"session_state","turnState":"idle","activeBackgroundTaskIds":[]}""", Frame.SessionState(false, []));
        Is(
            """{"type":"permission_requests_snapshot","toolRequestIds":["r1","r2"],"computerUseRequestIds":[],"turnActive":true}""",
            Frame.PermissionSnapshot(["r1", "r2"], turnActive: true));
        Is("""{"type":"permission_resolved","requestId":"r1","permissionType":"tool","allowed":false}""", Frame.PermissionResolved("r1", false));
        Is("""{"type":"permission_resolved","requestId":"r1","permissionType":"tool"}""", Frame.PermissionResolved("r1", null));
        Is("""{"type":"permission_mode_changed","mode":"plan"}""", Frame.PermissionModeChanged("plan"));
        Is(
            """{"type":"runtime_config_applied","providerId":null,"modelId":"m","effortLevel":"high"}""",
            Frame.RuntimeConfigApplied(new RuntimeConfig(null, "m", "high")));
        Is("""{"type":"runtime_config_applied","providerId":"p","modelId":"m"}""", Frame.RuntimeConfigApplied(new RuntimeConfig("p", "m", null)));
        Is("""{"type":"session_title_updated","sessionId":"s1","title":"t"}""", Frame.TitleUpdated("s1", "t"));
    }

    [Fact]
    public void Frame_OddText_IsValidJsonWithTheSameText()
    {
        const string Odd = "ä😀 <b> \" \\ \n \u2028";

        using var document = JsonDocument.Parse(Frame.Error("C", Odd));

        Assert.Equal(Odd, document.RootElement.GetProperty("message").GetString());
        Assert.Contains("<b>", Frame.Error("C", Odd).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Frame_AfterALargeOne_IsNotMixedWithIt()
    {
        var large = Frame.Error("C", new string('x', 1_000_000));

        Is("""{"type":"pong"}""", Frame.Of("pong", 0, static (_, _) => { }));
        Assert.Equal(1_000_000, large.Text().Count(unit => unit == 'x'));
    }

    private static void Is(string expected, ReadOnlyMemory<byte> frame) => Assert.Equal(expected, frame.Text());
}
