using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;

namespace Sidecar.SessionApi.Live;

/// <summary>Reads what a client sends and gives it to the session. A bad message is answered and harms nothing.</summary>
internal static class ClientMessages
{
    private const int MaxIdLength = 128;

    public static void Handle(LiveSession session, LiveConnection sender, ReadOnlyMemory<byte> bytes)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = Frame.MaxDepth });
        }
        catch (JsonException)
        {
            sender.Send(Frame.Error("PARSE_ERROR", "The message is not valid JSON."));
            return;
        }

        using (document)
        {
            try
            {
                Handle(session, sender, document.RootElement);
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
            {
                LiveSessionLog.MessageFailed(session.Services.Loggers.CreateLogger(nameof(ClientMessages)), exception, session.Id);
                sender.Send(Frame.Error("INTERNAL_ERROR", "An unexpected error occurred"));
            }
        }
    }

    private static void Handle(LiveSession session, LiveConnection sender, JsonElement message)
    {
        var type = message.Text("type"u8);
        switch (type)
        {
            case "ping":
                sender.Send(Frame.Pong);
                break;
            case "sync_state":
                session.SendState(sender);
                break;
            case "user_message":
                OnUserMessage(session, sender, message);
                break;
            case "permission_response":
                OnPermissionResponse(session, sender, message);
                break;
            case "stop_generation":
                session.Stop.Stop();
                break;
            case "stop_background_task":
                OnStopBackgroundTask(session, sender, message);
                break;
            case "computer_use_permission_response":
                break; // no agent of ours asks for it, so no id is known
            case "prewarm_session":
                session.Start.Prewarm();
                break;
            case "set_permission_mode":
                session.Changes.SetPermissionMode(sender, message.Text("mode"u8));
                break;
            case "set_runtime_config":
                session.Changes.SetRuntime(
                    sender, new RuntimeConfig(message.Text("providerId"u8), message.Text("modelId"u8), message.Text("effortLevel"u8)));
                break;
            default:
                sender.Send(Frame.Error("UNKNOWN_TYPE", type is null ? "The message has no \"type\"." : $"Unknown message type: {type}"));
                break;
        }
    }

    private static void OnUserMessage(LiveSession session, LiveConnection sender, JsonElement message)
    {
        // Other clients may have an id of their own there that means nothing to us.
        var id = sender.IsResumable ? message.Member("id"u8) : default;
        if (id.ValueKind != JsonValueKind.Undefined && id.Text() is not { Length: > 0 and <= MaxIdLength })
        {
            sender.Send(Frame.Error("PARSE_ERROR", $"\"id\" of a user_message must be a string of 1 to {MaxIdLength} characters."));
        }
        else if (message.Text("content"u8) is { } content)
        {
            session.TurnRunner.Begin(sender, content, Attachment.ReadAll(message), id.Text());
        }
        else
        {
            sender.Send(Frame.Error("PARSE_ERROR", "\"content\" of a user_message must be a string."));
        }
    }

    private static void OnPermissionResponse(LiveSession session, LiveConnection sender, JsonElement message)
    {
        if (message.Text("requestId"u8) is { } requestId && message.Member("allowed"u8).ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            session.Answers.Give(requestId, PermissionAnswer.Read(message));
        }
        else
        {
            sender.Send(Frame.Error("PARSE_ERROR", "A permission_response needs \"requestId\" (a string) and \"allowed\" (true or false)."));
        }
    }

    private static void OnStopBackgroundTask(LiveSession session, LiveConnection sender, JsonElement message)
    {
        if (message.Text("taskId"u8) is { Length: > 0 and <= MaxIdLength } task)
        {
            session.TaskStops.Stop(task);
        }
        else
        {
            sender.Send(Frame.Error("PARSE_ERROR", $"\"taskId\" of a stop_background_task must be a string of 1 to {MaxIdLength} characters."));
        }
    }
}
