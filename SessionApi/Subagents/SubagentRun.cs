using System.Text.Encodings.Web;
using System.Text.Json;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Inspection;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.Subagents;

/// <summary>Streams what an agent that a session started was asked, did and said.</summary>
/// <param name="agent">The agent.</param>
/// <param name="time">For entries without a timestamp.</param>
internal sealed class SubagentRun(FoundSubagent agent, TimeProvider time) : IResult
{
    // The limit that clients know; what is beyond it is still in the transcript.
    private const int MaxMessages = 20_000;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        var path = agent.Path;
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            await ApiError.NotFound($"No such agent in session {agent.SessionId}: {agent.ToolUseId}").ExecuteAsync(httpContext);
            return;
        }

        var output = httpContext.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, Json);
        json.WriteStartObject();
        WriteMembers(json);
        json.WriteStartArray("messages"u8);
        json.Flush();
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        var (messages, usage) = (new MessageJsonWriter(output, time), new TokenSum());
        var seen = 0;
        var notifications = await TranscriptMessages.ReadAsync(
            path,
            file.Length,
            message =>
            {
                if (!agent.HasOwnTranscript && !agent.Record.IsOwn(in message))
                {
                    return default;
                }

                usage.Add(message.Line.Span, message.Message);
                return ++seen > MaxMessages ? default : messages.WriteAsync(message, cancellationToken);
            },
            cancellationToken);
        json.WriteEndArray();
        json.WriteStartArray("taskNotifications"u8);
        foreach (var notification in agent.HasOwnTranscript ? notifications.All : [])
        {
            notification.WriteTo(json);
        }

        json.WriteEndArray();
        var total = usage.Total;
        json.WriteStartObject("usage"u8);
        json.WriteNumber("inputTokens"u8, total.Input);
        json.WriteNumber("outputTokens"u8, total.Output);
        json.WriteNumber("totalTokens"u8, total.Input + total.Output);
        json.WriteEndObject();
        json.WriteBoolean("truncated"u8, seen > MaxMessages);
        json.WriteBoolean("historyComplete"u8, seen <= MaxMessages);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private void WriteMembers(Utf8JsonWriter json)
    {
        var record = agent.Record;
        json.WriteString("sessionId"u8, agent.SessionId);
        json.WriteString("toolUseId"u8, agent.ToolUseId);
        json.WriteString("agentId"u8, agent.AgentId);
        WriteIfAny(json, "taskId"u8, agent.TaskId ?? record.Notification?.TaskId);
        json.WriteString("status"u8, agent.Status);
        WriteIfAny(json, "description"u8, record.Description);
        WriteIfAny(json, "prompt"u8, record.Prompt);
        WriteIfAny(json, "summary"u8, record.Notification?.Summary);
        WriteIfAny(json, "result"u8, record.Notification?.Result ?? record.Result);
        WriteIfAny(json, "outputFile"u8, record.Notification?.OutputFile);
        json.WriteString("updatedAt"u8, TranscriptTime.Format(File.GetLastWriteTimeUtc(agent.Path)));
        json.WriteString("source"u8, agent.HasOwnTranscript ? "subagent-jsonl"u8 : record.HasMessages ? "session-history"u8 : "none"u8);
        json.WriteBoolean("canSendMessage"u8, agent.CanTakeMessages);
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}

/// <summary>An agent of a session, wherever it was found.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="ToolUseId">The tool use that started it, as the client named it; empty for one that no tool use started.</param>
/// <param name="AgentId">Its id; null when it has no transcript of its own.</param>
/// <param name="TaskId">The task that it runs as, if the client knows it.</param>
/// <param name="Path">The transcript that holds its messages.</param>
/// <param name="HasOwnTranscript">Whether that is its own.</param>
/// <param name="Record">What the session says of it.</param>
/// <param name="Status"><c>running</c>, <c>completed</c>, <c>failed</c>, <c>stopped</c> or <c>unknown</c>.</param>
/// <param name="CanTakeMessages">Whether it runs in an agent CLI that could pass a message on.</param>
internal sealed record FoundSubagent(
    string SessionId,
    string ToolUseId,
    string? AgentId,
    string? TaskId,
    string Path,
    bool HasOwnTranscript,
    SubagentRecord Record,
    string Status,
    bool CanTakeMessages);
