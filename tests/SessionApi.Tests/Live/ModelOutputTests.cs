namespace Sidecar.Tests.SessionApi.Live;

public sealed class ModelOutputTests : TranslatorTest
{
    private const string AttemptStart = """{"type":"status","state":"thinking","attemptStart":true}""";
    private const string Bash = """{"type":"tool_use","id":"t1","name":"Bash","input":{}}""";
    private const string WholeBash = """{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}""";
    private const string BashStarted = """{"type":"content_start","blockType":"tool_use","toolName":"Bash","toolUseId":"t1"}""";
    private const string BashComplete = """{"type":"tool_use_complete","toolName":"Bash","toolUseId":"t1","input":{"command":"ls"}}""";

    [Fact]
    public void StreamedText_ThenWhole_IsShownOnce() => Assert.Equal(
        [
            AttemptStart,
            """{"type":"content_start","blockType":"text"}""",
            """{"type":"content_delta","text":"Hel"}""",
            """{"type":"content_delta","text":"lo"}""",
        ],
        Frames(
            MessageStart("m1"),
            BlockStart(0, """{"type":"text","text":""}"""),
            Delta(0, """{"type":"text_delta","text":"Hel"}"""),
            Delta(0, """{"type":"text_delta","text":"lo"}"""),
            Assistant("m1", """{"type":"text","text":"Hello"}"""),
            BlockStop(0),
            Stream("""{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"""),
            Stream("""{"type":"message_stop"}""")));

    [Fact]
    public void StreamedThinking_ThenWhole_IsShownOnce() => Assert.Equal(
        [AttemptStart, """{"type":"thinking","text":"Hm"}"""],
        Frames(
            MessageStart("m1"),
            BlockStart(0, """{"type":"thinking","thinking":"","signature":""}"""),
            Delta(0, """{"type":"thinking_delta","thinking":"Hm"}"""),
            Delta(0, """{"type":"signature_delta","signature":"c2ln"}"""),
            Assistant("m1", """{"type":"thinking","thinking":"Hm","signature":"c2ln"}"""),
            BlockStop(0)));

    [Fact]
    public void StreamedTool_WholeBeforeTheBlocksEnd_IsCompletedOnce() => Assert.Equal(
        [
            AttemptStart,
            BashStarted,
            """{"type":"content_delta","toolInput":""}""",
            """{"type":"content_delta","toolInput":"{\"comm"}""",
            """{"type":"content_delta","toolInput":"and\":\"ls\"}"}""",
            BashComplete,
        ],
        Frames(
            MessageStart("m1"),
            BlockStart(1, Bash),
            Delta(1, """{"type":"input_json_delta","partial_json":""}"""),
            Delta(1, """{"type":"input_json_delta","partial_json":"{\"comm"}"""),
            Delta(1, """{"type":"input_json_delta","partial_json":"and\":\"ls\"}"}"""),
            Assistant("m1", WholeBash),
            BlockStop(1)));

    [Fact]
    public void StreamedTool_WholeAfterTheBlocksEnd_IsCompletedOnce() => Assert.Equal(
        [AttemptStart, BashStarted, """{"type":"content_delta","toolInput":"{\"command\":\"ls\"}"}""", BashComplete],
        Frames(
            MessageStart("m1"),
            BlockStart(0, Bash),
            Delta(0, """{"type":"input_json_delta","partial_json":"{\"command\":\"ls\"}"}"""),
            BlockStop(0),
            Assistant("m1", WholeBash)));

    [Fact]
    public void StreamedTool_WithoutInput_HasAnEmptyObject() => Assert.Equal(
        [AttemptStart, BashStarted, """{"type":"tool_use_complete","toolName":"Bash","toolUseId":"t1","input":{}}"""],
        Frames(MessageStart("m1"), BlockStart(0, Bash), BlockStop(0)));

    [Fact]
    public void StreamedTool_PiecesThatAreNoJson_IsCompletedByTheWholeOne() => Assert.Equal(
        [AttemptStart, BashStarted, """{"type":"content_delta","toolInput":"{\"comm"}""", BashComplete],
        Frames(
            MessageStart("m1"),
            BlockStart(0, Bash),
            Delta(0, """{"type":"input_json_delta","partial_json":"{\"comm"}"""),
            BlockStop(0),
            Assistant("m1", WholeBash)));

    [Fact]
    public void StreamedTools_Interleaved_KeepTheirInputsApart()
    {
        const string Other = """{"type":"tool_use","id":"t2","name":"Read","input":{}}""";

        var frames = Frames(
            MessageStart("m1"),
            BlockStart(0, Bash),
            BlockStart(1, Other),
            Delta(0, """{"type":"input_json_delta","partial_json":"{\"command\":"}"""),
            Delta(1, """{"type":"input_json_delta","partial_json":"{\"path\":\"a\"}"}"""),
            Delta(0, """{"type":"input_json_delta","partial_json":"\"ls\"}"}"""),
            BlockStop(1),
            BlockStop(0));

        Assert.Equal(["""{"type":"tool_use_complete","toolName":"Read","toolUseId":"t2","input":{"path":"a"}}""", BashComplete], frames[^2..]);
    }

    [Fact]
    public void WholeMessage_NotStreamed_IsShownInWholeBlocks() => Assert.Equal(
        [
            """{"type":"thinking","text":"Hm","complete":true}""",
            """{"type":"content_start","blockType":"text"}""",
            """{"type":"content_delta","text":"Hello"}""",
            BashStarted,
            BashComplete,
        ],
        Frames(Assistant("m1", $$"""{"type":"thinking","thinking":"Hm"},{"type":"text","text":"Hello"},{{WholeBash}},{"type":"of_tomorrow"}""")));

    [Fact]
    public void WholeTool_Twice_IsShownOnce() =>
        Assert.Equal([BashStarted, BashComplete], Frames(Assistant("m1", WholeBash), Assistant("m1", WholeBash)));

    [Fact]
    public void Messages_WithoutIds_AreShownOnce() => Assert.Equal(
        [
            AttemptStart,
            """{"type":"content_start","blockType":"text"}""",
            """{"type":"content_delta","text":"Hello"}""",
            BashStarted,
            BashComplete,
        ],
        Frames(
            MessageStart(null),
            BlockStart(0, """{"type":"text","text":""}"""),
            Delta(0, """{"type":"text_delta","text":"Hello"}"""),
            Assistant(null, """{"type":"text","text":"Hello"}"""),
            BlockStop(0),
            BlockStart(1, Bash),
            Assistant(null, WholeBash),
            BlockStop(1)));

    [Fact]
    public void NextTurn_SameIds_IsShownAgain()
    {
        Frames(MessageStart("m1"), Assistant("m1", WholeBash), """{"type":"result","usage":{}}""");

        Assert.Equal([BashStarted, BashComplete], Frames(Assistant("m1", WholeBash)));
    }

    [Fact]
    public void Stream_JoinedInTheMiddle_IsShownFromThere() => Assert.Equal(
        ["""{"type":"content_delta","text":"lo"}""", BashStarted, """{"type":"content_delta","toolInput":"{\"command\":\"ls\"}"}""", BashComplete],
        Frames(
            Delta(0, """{"type":"text_delta","text":"lo"}"""),
            Assistant("m1", """{"type":"text","text":"Hello"}"""),
            BlockStop(0),
            BlockStart(1, Bash),
            Delta(1, """{"type":"input_json_delta","partial_json":"{\"command\":\"ls\"}"}"""),
            BlockStop(1)));

    [Fact]
    public void Subagent_ToolsAndText_SayWhereTheyComeFrom() => Assert.Equal(
        [
            """{"type":"content_start","blockType":"text","parentToolUseId":"p1"}""",
            """{"type":"content_delta","text":"x"}""",
            """{"type":"content_start","blockType":"tool_use","toolName":"Bash","toolUseId":"p1/t1","originalToolUseId":"t1","parentToolUseId":"p1"}""",
            """{"type":"tool_use_complete","toolName":"Bash","toolUseId":"p1/t1","originalToolUseId":"t1","parentToolUseId":"p1","input":{"command":"ls"}}""",
            """{"type":"tool_result","toolUseId":"p1/t1","originalToolUseId":"t1","parentToolUseId":"p1","content":"ok","isError":false}""",
        ],
        Frames(
            MessageStart("m1", "p1"),
            BlockStart(0, """{"type":"text","text":""}""", "p1"),
            Delta(0, """{"type":"text_delta","text":"x"}""", "p1"),
            BlockStop(0, "p1"),
            BlockStart(1, Bash, "p1"),
            Assistant("m1", WholeBash, "p1"),
            BlockStop(1, "p1"),
            """{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}]},"parent_tool_use_id":"p1"}"""));

    [Fact]
    public void Subagents_AtTheSameTime_AreKeptApart()
    {
        var frames = Frames(
            BlockStart(0, Bash, "p1"),
            BlockStart(0, Bash, "p2"),
            Delta(0, """{"type":"input_json_delta","partial_json":"{\"command\":\"one\"}"}""", "p1"),
            Delta(0, """{"type":"input_json_delta","partial_json":"{\"command\":\"two\"}"}""", "p2"),
            BlockStop(0, "p2"),
            BlockStop(0, "p1"));

        Assert.Contains("""toolUseId":"p2/t1","originalToolUseId":"t1","parentToolUseId":"p2","input":{"command":"two"}}""", frames[^2], StringComparison.Ordinal);
        Assert.Contains("""toolUseId":"p1/t1","originalToolUseId":"t1","parentToolUseId":"p1","input":{"command":"one"}}""", frames[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\ud800 half")]
    [InlineData("ä 😀 \\u00e4")]
    [InlineData("\\n\\t\\\"")]
    public void Text_OfAnyKind_PassesAsItCame(string text) => Assert.Equal(
        [$$"""{"type":"content_delta","text":"{{text}}"}"""],
        Frames(Delta(0, $$"""{"type":"text_delta","text":"{{text}}"}""")));

    [Fact]
    public void ToolInput_VeryDeep_Passes()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200);

        var frames = Frames(Assistant("m1", $$"""{"type":"tool_use","id":"t1","name":"Bash","input":{{deep}}}"""));

        Assert.Contains(deep, frames[^1], StringComparison.Ordinal);
    }
}
