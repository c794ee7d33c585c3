namespace Sidecar.Tests.SessionApi.Live;

public sealed class SystemMessagesTests : TranslatorTest
{
    [Fact]
    public void Init_WithCommands_SaysModelAndCommands() => Assert.Equal(
        [
            """{"type":"system_notification","subtype":"init","message":"Model: opus","data":{"model":"opus"}}""",
            """{"type":"system_notification","subtype":"slash_commands","data":[{"name":"cost","description":""},{"name":"fix","description":"Fixes","argumentHint":"[id]"}]}""",
        ],
        Frames("""{"type":"system","subtype":"init","model":"opus","slash_commands":["cost",{"name":"fix","description":"Fixes","argumentHint":"[id]"}]}"""));

    [Theory]
    [InlineData("""{"type":"system","subtype":"init"}""", """{"type":"system_notification","subtype":"init","message":"Model: ","data":{"model":""}}""")]
    [InlineData("""{"type":"system","subtype":"status","status":"compacting"}""", """{"type":"status","state":"compacting","verb":"Compacting conversation"}""")]
    [InlineData(
        """{"type":"system","subtype":"api_retry","attempt":2,"max_retries":10,"retry_delay_ms":1500,"error_status":529,"error":"overloaded","error_message":"busy"}""",
        """{"type":"api_retry","attempt":2,"maxRetries":10,"retryDelayMs":1500,"errorStatus":529,"errorType":"overloaded","errorMessage":"busy"}""")]
    [InlineData(
        """{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":500,"error_status":null}""",
        """{"type":"api_retry","attempt":1,"maxRetries":10,"retryDelayMs":500,"errorStatus":null}""")]
    [InlineData(
        """{"type":"system","subtype":"api_retry","attempt":1,"max_retries":2,"retry_delay_ms":5,"error":{"type":"overloaded_error","message":"busy","status":529}}""",
        """{"type":"api_retry","attempt":1,"maxRetries":2,"retryDelayMs":5,"errorStatus":529,"errorType":"overloaded_error","errorMessage":"busy"}""")]
    [InlineData("""{"type":"system","subtype":"streaming_fallback","cause":"cause_of_tomorrow"}""", """{"type":"streaming_fallback","cause":"unknown"}""")]
    [InlineData("""{"type":"system","subtype":"streaming_fallback","cause":"watchdog"}""", """{"type":"streaming_fallback","cause":"watchdog"}""")]
    [InlineData("""{"type":"system","subtype":"streaming_fallback"}""", """{"type":"streaming_fallback","cause":"unknown"}""")]
    public void System_OfASubtype_GivesItsFrame(string message, string frame) => Assert.Equal([frame], Frames(message));

    [Theory]
    [InlineData("local_command")]
    [InlineData("local_command_output")]
    public void LocalCommand_WithOutput_IsText(string subtype) => Assert.Equal(
        ["""{"type":"content_start","blockType":"text"}""", """{"type":"content_delta","text":"Cost: $1"}"""],
        Frames($$"""{"type":"system","subtype":"{{subtype}}","content":"Cost: $1"}"""));

    [Theory]
    [InlineData("""{"type":"system","subtype":"local_command","content":"<local-command-stdout>Cost: $1</local-command-stdout>"}""")]
    [InlineData("""{"type":"user","message":{"content":"<local-command-stdout>Cost: $1</local-command-stdout>"}}""")]
    [InlineData("""{"type":"user","isReplay":true,"message":{"content":"<local-command-stderr>Cost: $1</local-command-stderr>"}}""")]
    public void LocalCommand_ThatComesTwice_IsTextOnce(string second) => Assert.Equal(
        ["""{"type":"content_start","blockType":"text"}""", """{"type":"content_delta","text":"Cost: $1"}"""],
        Frames("""{"type":"system","subtype":"local_command_output","content":"Cost: $1"}""", second));

    [Theory]
    [InlineData("""{"type":"system","subtype":"local_command","content":"<command-name>/cost</command-name>"}""")]
    [InlineData("""{"type":"user","message":{"content":"<local-command-stdout>Compacted</local-command-stdout>"}}""")]
    [InlineData("""{"type":"user","message":{"content":"What is <local-command-stdout>x</local-command-stdout>?"}}""")]
    [InlineData("""{"type":"user","parent_tool_use_id":"t1","message":{"content":"<local-command-stdout>x</local-command-stdout>"}}""")]
    public void LocalCommand_ThatIsNoOutput_GivesNoFrame(string message) => Assert.Empty(Frames(message));

    [Theory]
    [InlineData("Goal set: ship it\\nBudget: 0", """ "action":"created","status":"active","objective":"ship it", """)]
    [InlineData("Goal continuing: ship it", """ "action":"status","status":"continuing", """)]
    [InlineData("Goal cleared: ship it", """ "action":"cleared", """)]
    [InlineData("Goal cleared.", """ "action":"cleared", """)]
    [InlineData("Goal marked complete.", """ "action":"completed", """)]
    [InlineData("No active goal.", """ "action":"message", """)]
    public void LocalCommand_Goal_IsItsEvent(string output, string data) => Assert.Equal(
        [$$$"""{"type":"system_notification","subtype":"goal_event","message":"{{{output}}}","data":{{{{data.Trim()}}}"message":"{{{output}}}"}}"""],
        Frames($$"""{"type":"system","subtype":"local_command","content":"<local-command-stdout>{{output}}</local-command-stdout>"}"""));

    [Fact]
    public void CompactBoundary_WithDetails_CarriesThem() => Assert.Equal(
        ["""{"type":"system_notification","subtype":"compact_boundary","message":"Context compacted","data":{"trigger":"auto","pre_tokens":120000}}"""],
        Frames("""{"type":"system","subtype":"compact_boundary","compact_metadata":{"trigger":"auto","pre_tokens":120000}}"""));

    [Theory]
    [InlineData("compact_boundary", """ "content":"Conversation compacted" """, """ "message":"Conversation compacted",""")]
    [InlineData("memory_saved", """ "writtenPaths":["/a"] """, "")]
    [InlineData("task_started", """ "task_id":"t1","description":"d" """, """ "message":"d",""")]
    [InlineData("task_progress", """ "task_id":"t1","summary":"s","description":"d" """, """ "message":"s",""")]
    [InlineData("task_progress", """ "task_id":"t1" """, "")]
    [InlineData("task_notification", """ "task_id":"t1","message":"done" """, """ "message":"done",""")]
    [InlineData("session_state_changed", """ "state":"running" """, "")]
    public void Notification_OfASubtype_CarriesTheWholeMessage(string subtype, string members, string text)
    {
        var message = $$"""{"type":"system","subtype":"{{subtype}}",{{members.Trim()}}}""";

        Assert.Equal([$$"""{"type":"system_notification","subtype":"{{subtype}}",{{text.Trim()}}"data":{{message}}}"""], Frames(message));
    }

    [Theory]
    [InlineData("""{"type":"system","subtype":"status","status":"requesting","permissionMode":"default"}""")]
    [InlineData("""{"type":"system","subtype":"status","status":null}""")]
    [InlineData("""{"type":"system","subtype":"local_command","content":""}""")]
    [InlineData("""{"type":"system","subtype":"hook_started"}""")]
    [InlineData("""{"type":"system","subtype":"subtype_of_tomorrow"}""")]
    [InlineData("""{"type":"system"}""")]
    [InlineData("""{"type":"message_of_tomorrow"}""")]
    [InlineData("""{"type":"auth_status","isAuthenticating":false}""")]
    [InlineData("""{"type":"command_lifecycle","state":"queued"}""")]
    [InlineData("""{"type":"stream_event","event":{"type":"event_of_tomorrow"}}""")]
    [InlineData("""{"type":"stream_event","event":null}""")]
    [InlineData("""{"type":"stream_event"}""")]
    [InlineData("""{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"delta_of_tomorrow"}}}""")]
    [InlineData("""{"type":"assistant"}""")]
    [InlineData("""{"type":"assistant","message":{"content":"no blocks"}}""")]
    [InlineData("""{"type":"user","message":[]}""")]
    [InlineData("""{"type":5}""")]
    [InlineData("{}")]
    public void Message_ThatNobodyKnows_GivesNoFrame(string message) => Assert.Empty(Frames(message));
}
