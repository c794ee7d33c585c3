using System.Text.Json;

namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>How background tasks ended, one per task: the last notification wins.</summary>
internal sealed class TaskNotifications
{
    private readonly Dictionary<(string? Owner, string ToolUse), TaskNotification> _byTask = [];
    private readonly List<(string? Owner, string ToolUse)> _order = [];

    public IEnumerable<TaskNotification> All => _order.Select(task => _byTask[task]);

    /// <summary>Takes a line of our own: <c>{"type":"cc-haha-task-notification","taskNotification":{…},…}</c>.</summary>
    public void AddRecorded(ReadOnlySpan<byte> line, in TranscriptLine entry)
    {
        if (entry.TaskNotification.IsPresent)
        {
            var notification = TaskNotification.FromJson(line, entry.TaskNotification);
            Add(notification with { Timestamp = notification.Timestamp ?? entry.Timestamp.Text(line) });
        }
    }

    /// <summary>Takes a user entry that is one <c>&lt;task-notification&gt;</c> block.</summary>
    public void AddBlock(ReadOnlySpan<byte> line, in TranscriptLine entry, string block) =>
        Add(TaskNotification.FromBlock(block) with { Timestamp = entry.Timestamp.Text(line) });

    private void Add(TaskNotification notification)
    {
        if (!notification.IsComplete)
        {
            return;
        }

        var task = (notification.OwnerAgentId, notification.ToolUseId!);
        if (!_byTask.ContainsKey(task))
        {
            _order.Add(task);
        }

        _byTask[task] = notification;
    }
}

/// <summary>The end of one background task.</summary>
internal sealed record TaskNotification
{
    public string? TaskId { get; init; }

    public string? ToolUseId { get; init; }

    public string? OwnerAgentId { get; init; }

    public string? Status { get; init; }

    public string? WorkflowRunId { get; init; }

    public string? Summary { get; init; }

    public string? Result { get; init; }

    public string? OutputFile { get; init; }

    public string? Timestamp { get; init; }

    public bool IsComplete => TaskId is not null && ToolUseId is not null && Status is "completed" or "failed" or "stopped";

    /// <summary>Reads <c>&lt;task-id&gt;…&lt;/task-id&gt;&lt;status&gt;killed&lt;/status&gt;…</c>.</summary>
    public static TaskNotification FromBlock(string block) => new()
    {
        TaskId = Field(block, "task-id"),
        ToolUseId = Field(block, "tool-use-id"),
        OwnerAgentId = Field(block, "owner-agent-id"),
        Status = Field(block, "status") is "killed" ? "stopped" : Field(block, "status"),
        WorkflowRunId = Field(block, "workflow-run-id"),
        Summary = Field(block, "summary"),
        Result = Field(block, "result"),
        OutputFile = Field(block, "output-file"),
    };

    public static TaskNotification FromJson(ReadOnlySpan<byte> line, JsonSlice value)
    {
        var read = new TaskNotification();
        var members = new JsonObjectWalker(line[..(value.Start + value.Length)], value.Start);
        while (members.Next(out var name, out var member))
        {
            var text = member.Text(line);
            read = name switch
            {
                _ when name.SequenceEqual("taskId"u8) => read with { TaskId = text },
                _ when name.SequenceEqual("toolUseId"u8) => read with { ToolUseId = text },
                _ when name.SequenceEqual("ownerAgentId"u8) => read with { OwnerAgentId = text },
                _ when name.SequenceEqual("status"u8) => read with { Status = text is "killed" ? "stopped" : text },
                _ when name.SequenceEqual("workflowRunId"u8) => read with { WorkflowRunId = text },
                _ when name.SequenceEqual("summary"u8) => read with { Summary = text },
                _ when name.SequenceEqual("result"u8) => read with { Result = text },
                _ when name.SequenceEqual("outputFile"u8) => read with { OutputFile = text },
                _ when name.SequenceEqual("timestamp"u8) => read with { Timestamp = text },
                _ => read,
            };
        }

        return read;
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Write(json, "taskId"u8, TaskId);
        Write(json, "toolUseId"u8, ToolUseId);
        Write(json, "ownerAgentId"u8, OwnerAgentId);
        Write(json, "status"u8, Status);
        Write(json, "workflowRunId"u8, WorkflowRunId);
        Write(json, "summary"u8, Summary);
        Write(json, "result"u8, Result);
        Write(json, "outputFile"u8, OutputFile);
        Write(json, "timestamp"u8, Timestamp);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string? Field(string block, string tag)
    {
        var start = block.IndexOf($"<{tag}>", StringComparison.Ordinal);
        var end = start < 0 ? -1 : block.IndexOf($"</{tag}>", start, StringComparison.Ordinal);
        return end < 0 ? null : block[(start + tag.Length + 2)..end].Trim();
    }
}
