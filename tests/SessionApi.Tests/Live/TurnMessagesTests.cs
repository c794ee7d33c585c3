namespace Sidecar.Tests.SessionApi.Live;

public sealed class TurnMessagesTests : TranslatorTest
{
    private const string Complete = """{"type":"message_complete","usage":{"input_tokens":0,"output_tokens":0}}""";

    [Theory]
    [InlineData("""{"type":"tool_result","tool_use_id":"t1","content":"ok"}""", """ "content":"ok","isError":false""")]
    [InlineData("""{"type":"tool_result","tool_use_id":"t1","content":"no","is_error":true}""", """ "content":"no","isError":true""")]
    [InlineData("""{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"a"}]}""", """ "content":[{"type":"text","text":"a"}],"isError":false""")]
    [InlineData("""{"type":"tool_result","tool_use_id":"t1"}""", """ "isError":false""")]
    public void ToolResult_OfAKind_IsPassedOn(string block, string members) => Assert.Equal(
        [$$"""{"type":"tool_result","toolUseId":"t1",{{members.Trim()}}}"""],
        Frames($$$"""{"type":"user","message":{"role":"user","content":[{{{block}}}]},"parent_tool_use_id":null}"""));

    [Fact]
    public void ToolResults_SeveralInAMessage_AreOneFrameEach() => Assert.Equal(
        2,
        Frames(
            """{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"a"},{"type":"text","text":"x"},{"type":"tool_result","tool_use_id":"b"}]}}""")
            .Count);

    [Theory]
    [InlineData(""" "hi" """, "hi")]
    [InlineData("""[{"type":"text","text":"hi"}]""", "hi")]
    [InlineData("""[{"type":"image","source":{}},{"type":"text","text":"one"},{"type":"text","text":"two"}]""", "one\\ntwo")]
    [InlineData(""" "/compact now" """, "/compact now")]
    [InlineData("""[{"type":"tool_result","tool_use_id":"t1","content":"x"},{"type":"text","text":"hi"}]""", null)]
    [InlineData(""" "<command-name>/cost</command-name>" """, null)]
    [InlineData(""" "  <command-message>x</command-message>" """, null)]
    [InlineData(""" "<task-notification>x</task-notification>" """, null)]
    [InlineData(""" "" """, null)]
    [InlineData("[]", null)]
    [InlineData("5", null)]
    public void Replay_OfAMessage_IsItsTextUnlessNoPersonWroteIt(string content, string? text) => Assert.Equal(
        text is null ? [] : [$$"""{"type":"user_message_replay","content":"{{text}}"}"""],
        Frames($$$"""{"type":"user","isReplay":true,"uuid":"u1","message":{"role":"user","content":{{{content}}}}}"""));

    [Fact]
    public void Replay_OfWhatTheAgentPutIn_GivesNoFrame() =>
        Assert.Empty(Frames("""{"type":"user","isReplay":true,"isMeta":true,"message":{"content":"hi"}}"""));

    [Theory]
    [InlineData(""" "isCompactSummary":true """, "hi")]
    [InlineData(""" "isReplay":true,"isCompactSummary":true """, "hi")]
    [InlineData(""" "isSynthetic":true """, "This session is being continued from a previous conversation that ran out of context. The rest.")]
    public void Summary_OfACompactedContext_IsANotification(string flags, string text) => Assert.Equal(
        [$$"""{"type":"system_notification","subtype":"compact_summary","message":"{{text}}"}"""],
        Frames($$$"""{"type":"user",{{{flags.Trim()}}},"message":{"content":"{{{text}}}"}}"""));

    [Theory]
    [InlineData("Tool input generation exceeded 120s - aborting incomplete tool call", "STREAM_TOOL_INPUT_DURATION")]
    [InlineData("Stream max duration exceeded - no completion received after 600s", "STREAM_MAX_DURATION")]
    [InlineData("Provider stream stalled after partial response - no new chunks for 240s", "STREAM_IDLE_TIMEOUT")]
    [InlineData("API Error: Stream idle timeout - no stream events received for 90s", "STREAM_IDLE_TIMEOUT")]
    public void Error_OfAStreamThatWasCut_HasItsCode(string text, string code) => Assert.Equal(
        [$$"""{"type":"error","message":"{{text}}","code":"{{code}}"}""", Complete],
        Frames(
            $$$"""{"type":"assistant","error":"unknown","message":{"content":[{"type":"text","text":"{{{text}}}"}]}}""",
            $$$"""{"type":"result","subtype":"success","is_error":true,"result":"{{{text}}}"}"""));

    [Fact]
    public void ApiError_WithABusinessCode_PassesItOn() => Assert.Equal(
        ["""{"type":"error","message":"no credit","code":"API_ERROR","businessErrorCode":"1113"}"""],
        Frames("""{"type":"assistant","isApiErrorMessage":true,"businessErrorCode":"1113","message":{"content":[{"type":"text","text":"no credit"}]}}"""));

    [Fact]
    public void UserText_ThatIsNoReplay_GivesNoFrame() => Assert.Empty(Frames("""{"type":"user","message":{"content":"hi"}}"""));

    [Fact]
    public void Result_Success_CompletesWithItsUsage() => Assert.Equal(
        ["""{"type":"message_complete","usage":{"input_tokens":12,"output_tokens":3,"cache_read_tokens":7,"cache_creation_tokens":8}}"""],
        Frames(
            """{"type":"result","subtype":"success","is_error":false,"result":"ok","usage":{"input_tokens":12,"output_tokens":3,"cache_read_input_tokens":7,"cache_creation_input_tokens":8}}"""));

    [Theory]
    [InlineData("""{"type":"result","subtype":"success"}""")]
    [InlineData("""{"type":"result","usage":null}""")]
    [InlineData("""{"type":"result","usage":{"input_tokens":"many","output_tokens":1.5}}""")]
    public void Result_WithoutUsage_CompletesWithZeros(string result) => Assert.Equal([Complete], Frames(result));

    [Theory]
    [InlineData("""{"type":"result","subtype":"error_during_execution","is_error":true,"result":"it broke"}""", "it broke", "CLI_ERROR")]
    [InlineData("""{"type":"result","subtype":"error_max_turns","is_error":true,"errors":["first",{"message":"second"}]}""", "first\\nsecond", "CLI_ERROR")]
    [InlineData("""{"type":"result","subtype":"error","is_error":true,"errors":[{"message":"in it"}]}""", "in it", "CLI_ERROR")]
    [InlineData("""{"type":"result","subtype":"success","is_error":true,"result":"API Error: 529"}""", "API Error: 529", "API_ERROR")]
    [InlineData("""{"type":"result","subtype":"error","is_error":true}""", "The agent ended the turn with an error.", "CLI_ERROR")]
    public void Result_Error_IsShownAndCompletes(string result, string message, string code) =>
        Assert.Equal([$$"""{"type":"error","message":"{{message}}","code":"{{code}}"}""", Complete], Frames(result));

    [Fact]
    public void Result_ErrorOfAStoppedTurn_OnlyCompletes() =>
        Assert.Equal([Complete], Frames(wasStopped: true, """{"type":"result","subtype":"error_during_execution","is_error":true,"result":"interrupted"}"""));

    [Theory]
    [InlineData(""" "isApiErrorMessage":true, """, "API_ERROR")]
    [InlineData(""" "error":"rate_limit", """, "rate_limit")]
    [InlineData(""" "error":"invalid_request","isApiErrorMessage":true, """, "invalid_request")]
    public void ApiError_ThenTheSameInTheResult_IsShownOnce(string flags, string code) => Assert.Equal(
        [$$"""{"type":"error","message":"Prompt is too long","code":"{{code}}"}""", Complete],
        Frames(
            $$$"""{"type":"assistant",{{{flags}}}"message":{"id":"m1","content":[{"type":"text","text":"Prompt is too long"}]}}""",
            """{"type":"result","subtype":"success","is_error":true,"result":"Prompt is too long"}"""));

    [Fact]
    public void ApiError_ThenAnotherInTheResult_BothAreShown() => Assert.Equal(
        ["""{"type":"error","message":"first","code":"API_ERROR"}""", """{"type":"error","message":"second","code":"CLI_ERROR"}""", Complete],
        Frames(
            """{"type":"assistant","isApiErrorMessage":true,"message":{"content":[{"type":"text","text":"first"}]}}""",
            """{"type":"result","subtype":"error","is_error":true,"result":"second"}"""));

    [Fact]
    public void ApiError_OfATurnBefore_IsShownAgain()
    {
        const string Failed = """{"type":"result","subtype":"success","is_error":true,"result":"same"}""";

        Assert.Equal(2, Frames(Failed).Count);
        Assert.Equal(2, Frames(Failed).Count);
    }
}
