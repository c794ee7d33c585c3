using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.Subagents;

/// <summary>
/// What the transcript in which an agent was started says of it: what it was asked, and how it ended. One pass; the transcript is never in
/// memory.
/// </summary>
/// <param name="toolUseId">The tool use that started it; empty for one that no tool use started.</param>
internal sealed class SubagentRecord(string toolUseId)
{
    // As much of a prompt or a result as is told.
    private const int MaxTextBytes = 64 * 1024;

    private readonly byte[] _quotedId = System.Text.Encoding.UTF8.GetBytes($"\"{toolUseId}\"");

    /// <summary>Whether the tool use is in the transcript.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether any message of the agent is in this transcript itself, as older CLIs wrote them.</summary>
    public bool HasMessages { get; private set; }

    public string? Description { get; private set; }

    public string? Prompt { get; private set; }

    public string? Result { get; private set; }

    /// <summary>Whether the tool's result is an error; null as long as there is none, or only the word that the agent was sent to the background.</summary>
    public bool? HasFailed { get; private set; }

    /// <summary>How it ended, by the notification of a task in the background.</summary>
    public TaskNotification? Notification { get; private set; }

    /// <param name="path">The transcript.</param>
    /// <param name="toolUseId">As above.</param>
    /// <param name="taskId">The task that the agent runs as, if the client knows it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<SubagentRecord> ReadAsync(string path, string toolUseId, string? taskId, CancellationToken cancellationToken)
    {
        var record = new SubagentRecord(toolUseId);
        var notifications = await TranscriptMessages.ReadAsync(path, new FileInfo(path).Length, record.Take, cancellationToken);
        record.Notification = notifications.All.LastOrDefault(known => known.ToolUseId == toolUseId || (taskId is not null && known.TaskId == taskId));
        return record;
    }

    /// <summary>Whether a message of that transcript is the agent's own.</summary>
    public bool IsOwn(in VisibleMessage message) =>
        toolUseId.Length > 0 && (message.ParentToolUseId ?? message.Entry.ParentToolUseId.Text(message.Line.Span)) == toolUseId;

    private ValueTask Take(VisibleMessage message)
    {
        HasMessages |= IsOwn(in message);
        // Most messages do not name it at all.
        if (toolUseId.Length > 0 && message.Kind is MessageKind.ToolUse or MessageKind.ToolResult && message.Line.Span.IndexOf(_quotedId) >= 0)
        {
            Take(message.Line.Span, in message);
        }

        return default;
    }

    private void Take(ReadOnlySpan<byte> line, in VisibleMessage message)
    {
        var blocks = new ContentBlocks(line, message.Message.Content);
        while (blocks.Next(out var block))
        {
            var members = new JsonObjectWalker(line[..(block.Whole.Start + block.Whole.Length)], block.Whole.Start);
            var (input, content, isResult, isError) = (default(JsonSlice), default(JsonSlice), false, false);
            while (members.Next(out var name, out var value))
            {
                switch (name.Length)
                {
                    case 5 when name.SequenceEqual("input"u8): input = value; break;
                    case 7 when name.SequenceEqual("content"u8): content = value; break;
                    case 8 when name.SequenceEqual("is_error"u8): isError = value.IsTrue(line); break;
                    case 11 when name.SequenceEqual("tool_use_id"u8): isResult = value.Text(line) == toolUseId; break;
                }
            }

            if (block.Type.IsText(line, "tool_use"u8) && block.Id.Text(line) == toolUseId)
            {
                TakeInput(line, input);
            }
            else if (isResult)
            {
                Result = ContentBlocks.FirstText(line, content, MaxTextBytes);
                HasFailed = !isError && IsInBackground(line, message.Entry.ToolUseResult) ? null : isError;
            }
        }
    }

    private void TakeInput(ReadOnlySpan<byte> line, JsonSlice input)
    {
        IsKnown = true;
        if (!input.IsPresent)
        {
            return;
        }

        var members = new JsonObjectWalker(line[..(input.Start + input.Length)], input.Start);
        while (members.Next(out var name, out var value))
        {
            if (value.IsText(line) && name.SequenceEqual("description"u8))
            {
                Description = JsonText.DecodeStart(value.In(line), MaxTextBytes);
            }
            else if (value.IsText(line) && name.SequenceEqual("prompt"u8))
            {
                Prompt = JsonText.DecodeStart(value.In(line), MaxTextBytes);
            }
        }
    }

    // {"isAsync":true,"status":"async_launched",…}: the agent has only begun.
    private static bool IsInBackground(ReadOnlySpan<byte> line, JsonSlice result) =>
        result.IsPresent && result.In(line).IndexOf("\"async_launched\""u8) >= 0;
}
