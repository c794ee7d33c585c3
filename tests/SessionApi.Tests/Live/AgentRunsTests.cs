namespace Sidecar.Tests.SessionApi.Live;

public sealed class AgentRunsTests : TranslatorTest
{
    [Fact]
    public void Run_ThatSpeaks_IsTranslatedLikeTheSessionsOwnOutput() => Assert.Equal(
        [
            Event("""{"type":"status","state":"thinking","attemptStart":true}"""),
            Event("""{"type":"thinking","text":"hm"}"""),
            Event("""{"type":"content_start","blockType":"text"}"""),
            Event("""{"type":"content_delta","text":"hi"}"""),
            Event("""{"type":"content_start","blockType":"tool_use","toolName":"Read","toolUseId":"t1"}"""),
            Event("""{"type":"content_delta","toolInput":"{\"a\":1}"}"""),
            Event("""{"type":"tool_use_complete","toolName":"Read","toolUseId":"t1","input":{"a":1}}"""),
            Event("""{"type":"tool_result","toolUseId":"t1","content":"text","isError":false}"""),
            Event("""{"type":"status","state":"idle"}"""),
        ],
        Frames(
            Says(MessageStart("m1")),
            Says(Delta(0, """{"type":"thinking_delta","thinking":"hm"}""")),
            Says(BlockStart(1, """{"type":"text"}""")),
            Says(Delta(1, """{"type":"text_delta","text":"hi"}""")),
            Says(BlockStart(2, """{"type":"tool_use","id":"t1","name":"Read"}""")),
            Says(Delta(2, """{"type":"input_json_delta","partial_json":"{\"a\":1}"}""")),
            Says(BlockStop(2)),
            Says(Assistant("m1", """{"type":"text","text":"hi"}""")),
            Says("""{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"text"}]}}"""),
            Ends("complete")));

    [Fact]
    public void Run_InAScope_NamesIt() => Assert.Equal(
        ["""{"type":"agent_run_event","runAgentId":"r","streamId":"s","targetAgentId":"t","targetAgentScopeId":"team","event":{"type":"status","state":"idle"}}"""],
        Frames("""{"type":"system","subtype":"agent_run_message","run_agent_id":"r","stream_id":"s","target_agent_id":"t","target_agent_scope_id":"team","event_kind":"complete"}"""));

    [Fact]
    public void Runs_ThatSpeakAtOnce_AreKeptApart() => Assert.Equal(
        [
            Event("""{"type":"tool_use_complete","toolName":"Read","toolUseId":"same","input":{"a":1}}""", "s1"),
            Event("""{"type":"tool_use_complete","toolName":"Write","toolUseId":"same","input":{"b":2}}""", "s2"),
        ],
        Frames(
            Says(BlockStart(0, """{"type":"tool_use","id":"same","name":"Read"}"""), "s1"),
            Says(BlockStart(0, """{"type":"tool_use","id":"same","name":"Write"}"""), "s2"),
            Says(Delta(0, """{"type":"input_json_delta","partial_json":"{\"a\":1}"}"""), "s1"),
            Says(Delta(0, """{"type":"input_json_delta","partial_json":"{\"b\":2}"}"""), "s2"),
            Says(BlockStop(0), "s1"),
            Says(BlockStop(0), "s2")).Where(frame => frame.Contains("tool_use_complete", StringComparison.Ordinal)));

    [Fact]
    public void Run_WithTheSessionsMessageId_HidesNothingOfTheSession()
    {
        Frames(Says(MessageStart("m1")), Says(BlockStart(0, """{"type":"text"}""")));

        Assert.Equal(
            ["""{"type":"content_start","blockType":"text"}""", """{"type":"content_delta","text":"own"}"""],
            Frames(Assistant("m1", """{"type":"text","text":"own"}""")));
    }

    [Fact]
    public void Run_GoesOnBehindTheTurn_IsNotRepeated()
    {
        Frames(Says(MessageStart("m1")), Says(BlockStart(0, """{"type":"text"}""")), """{"type":"result","subtype":"success"}""");

        Assert.Empty(Frames(Says(Assistant("m1", """{"type":"text","text":"streamed before"}"""))));
    }

    [Fact]
    public void Run_Retries_SaysSoOnItsOwnPage() => Assert.Equal(
        [
            Event("""{"type":"api_retry","attempt":2,"maxRetries":4,"retryDelayMs":750,"errorStatus":529,"errorType":"overloaded_error"}"""),
            Event("""{"type":"streaming_fallback","cause":"watchdog"}"""),
            Event("""{"type":"error","message":"busy","code":"rate_limit"}"""),
        ],
        Frames(
            Says("""{"type":"system","subtype":"api_retry","attempt":2,"max_retries":4,"retry_delay_ms":750,"error_status":529,"error":"overloaded_error"}"""),
            Says("""{"type":"system","subtype":"streaming_fallback","cause":"watchdog"}"""),
            Says("""{"type":"assistant","error":"rate_limit","message":{"content":[{"type":"text","text":"busy"}]}}""")));

    [Fact]
    public void Run_Cancelled_TakesBackWhatIsNotWhole() => Assert.Equal(
        [Event("""{"type":"streaming_fallback","cause":"stream_retry"}"""), Event("""{"type":"status","state":"idle"}""")],
        Frames(Ends("cancelled")));

    [Theory]
    [InlineData(""" ,"error":"it broke" """, "it broke")]
    [InlineData("", "The agent's run failed.")]
    public void Run_Failed_SaysWhy(string error, string text) => Assert.Equal(
        [Event($$"""{"type":"error","message":"{{text}}","code":"AGENT_RUN_ERROR"}""")], Frames(Ends("error", error.Trim())));

    [Theory]
    [InlineData("run_agent_id")]
    [InlineData("stream_id")]
    [InlineData("target_agent_id")]
    public void Run_WithoutAName_GivesNoFrame(string member)
    {
        Assert.Empty(Frames(Ends("complete").Replace($"\"{member}\":\"", $"\"{member}\":\" \",\"x\":\"", StringComparison.Ordinal)));
        Assert.Empty(Frames(Ends("complete").Replace(member, "x", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"type":"system","subtype":"init","model":"m"}""")]
    [InlineData("""{"type":"system","subtype":"agent_run_message"}""")]
    [InlineData("""{"type":"result"}""")]
    [InlineData("""{"type":"user","isReplay":true,"message":{"content":"the agent's task"}}""")]
    [InlineData("5")]
    public void Run_SaysWhatHasNoPlaceOnItsPage_GivesNoFrame(string message) => Assert.Empty(Frames(Says(message)));

    [Fact]
    public void Process_EndsWithRunsOpen_TheyEndOnce()
    {
        Frames(Says(MessageStart("m1"), "s1"), Says(MessageStart("m2"), "s2"), Ends("complete", stream: "s1"));

        Assert.Equal([Event("""{"type":"status","state":"idle"}""", "s2")], EndOfRuns());
        Assert.Empty(EndOfRuns());
    }

    [Fact]
    public void Runs_ThatNeverEnd_AreForgottenOldestFirst()
    {
        for (var i = 0; i < 300; i++)
        {
            Frames(Says(MessageStart($"m{i}"), $"s{i}"));
        }

        var ended = EndOfRuns();
        Assert.Equal(256, ended.Count);
        Assert.Equal(Event("""{"type":"status","state":"idle"}""", "s44"), ended[0]);
    }

    [Fact]
    public void ToolActivity_InTheBackground_IsShownBelowItsAgent() => Assert.Equal(
        [
            """{"type":"tool_use_complete","toolName":"Bash","toolUseId":"p1/c1","originalToolUseId":"c1","parentToolUseId":"p1","input":{"command":"ls"}}""",
            """{"type":"tool_result","toolUseId":"p1/c1","originalToolUseId":"c1","parentToolUseId":"p1","content":"done","isError":true}""",
        ],
        Frames(
            """{"type":"system","subtype":"agent_tool_activity","task_id":"a","tool_use_id":"p1","activity":{"kind":"tool_use","tool_name":"Bash","tool_use_id":"c1","input":{"command":"ls"}}}""",
            """{"type":"system","subtype":"agent_tool_activity","task_id":"a","tool_use_id":"p1","activity":{"kind":"tool_result","tool_use_id":"c1","content":"done","is_error":true}}"""));

    [Theory]
    [InlineData("""{"type":"system","subtype":"agent_tool_activity","tool_use_id":"p1","activity":{"kind":"kind_of_tomorrow","tool_use_id":"c1"}}""")]
    [InlineData("""{"type":"system","subtype":"agent_tool_activity","tool_use_id":"p1","activity":{"kind":"tool_use"}}""")]
    [InlineData("""{"type":"system","subtype":"agent_tool_activity"}""")]
    public void ToolActivity_ThatNobodyKnows_GivesNoFrame(string message) => Assert.Empty(Frames(message));

    private static string Says(string message, string stream = "s1") =>
        $$"""{"type":"system","subtype":"agent_run_message","run_agent_id":"r1","stream_id":"{{stream}}","target_agent_id":"t1","event_kind":"message","message":{{message}}}""";

    private static string Ends(string kind, string error = "", string stream = "s1") =>
        $$"""{"type":"system","subtype":"agent_run_message","run_agent_id":"r1","stream_id":"{{stream}}","target_agent_id":"t1","event_kind":"{{kind}}"{{error}}}""";

    private static string Event(string frame, string stream = "s1") =>
        $$"""{"type":"agent_run_event","runAgentId":"r1","streamId":"{{stream}}","targetAgentId":"t1","event":{{frame}}}""";
}
