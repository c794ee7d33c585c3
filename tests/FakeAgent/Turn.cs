using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>One user message and what is going on about it.</summary>
internal sealed class Turn(Agent agent, UserInput input) : IDisposable
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();

    public Agent Agent { get; } = agent;

    public UserInput Input { get; } = input;

    public CancellationToken Interrupted => _interrupt.Token;

    /// <summary>A turn with @hang-hard does not even answer an interrupt, from its first moment.</summary>
    public bool IgnoresInterrupt { get; } = input.Directives.Any(directive => directive.Name == "hang-hard");

    /// <summary>The event loop of the real CLI has one thread: when that is stuck, no question is answered either.</summary>
    public bool AnswersNothing { get; } = input.Directives.Any(directive => directive.Name is "spin" or "deadlock");

    public TimeSpan PermissionDelay { get; set; }

    public TurnUsage Usage { get; set; } = new(InputTokens: 12, OutputTokens: 34, Cost: 0.0125);

    /// <summary>What a directive wants the answer to say when the prompt has no text.</summary>
    public List<string> Remarks { get; } = [];

    public int ModelCalls { get; private set; }

    public long ElapsedMilliseconds => (long)TimeProvider.System.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>What waits in the turn goes on elsewhere, not on the thread that reads stdin.</summary>
    public void Interrupt() => _ = _interrupt.CancelAsync();

    public AssistantStream OpenStream(string? parentToolUseId = null)
    {
        ModelCalls++;
        return new AssistantStream(this, parentToolUseId);
    }

    public Task PauseAsync(TimeSpan delay) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, TimeProvider.System, Interrupted) : Task.CompletedTask;

    /// <summary>A user message made by the CLI itself, such as a tool's result: on stdout and in the transcript.</summary>
    public void EmitUserMessage(JsonObject message, JsonNode? toolUseResult = null)
    {
        var uuid = Guid.NewGuid().ToString();
        var extra = toolUseResult is null ? null : new JsonObject { ["toolUseResult"] = toolUseResult.DeepClone() };
        Agent.Lines.User(message, uuid, extra);
        var line = new JsonObject { ["type"] = "user", ["message"] = message, ["parent_tool_use_id"] = null, ["uuid"] = uuid };
        if (toolUseResult is not null)
        {
            line["tool_use_result"] = toolUseResult;
        }

        Agent.Emit(line);
    }

    public void Dispose() => _interrupt.Dispose();
}

/// <summary>What the turn claims to have used.</summary>
internal sealed record TurnUsage(int InputTokens, int OutputTokens, double Cost)
{
    public JsonObject ToJson() => new()
    {
        ["input_tokens"] = InputTokens,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = 0,
        ["output_tokens"] = OutputTokens,
        ["service_tier"] = "standard",
    };
}
