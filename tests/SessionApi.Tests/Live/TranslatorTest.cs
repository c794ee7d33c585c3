using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Translation;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>What an agent says, line by line, and the frames that come of it.</summary>
public abstract class TranslatorTest
{
    private readonly AgentTranslator _translator = new();

    /// <summary>The frames of these messages, in order.</summary>
    protected List<string> Frames(params string[] messages) => Frames(wasStopped: false, messages);

    protected List<string> Frames(bool wasStopped, params string[] messages)
    {
        var frames = new List<ReadOnlyMemory<byte>>();
        foreach (var line in messages)
        {
            var message = JsonFrames.Parse(line);
            if (message.Is("type"u8, "result"u8))
            {
                _translator.TranslateResult(message, wasStopped, frames);
            }
            else
            {
                _translator.Translate(message, frames);
            }
        }

        return [.. frames.Select(frame => frame.Text())];
    }

    /// <summary>The frames of the end of the agent's process.</summary>
    protected List<string> EndOfRuns() => [.. _translator.EndRuns().Select(frame => frame.Text())];

    /// <summary>A stream event; in a subagent when it has a parent.</summary>
    protected static string Stream(string streamEvent, string? parent = null) =>
        $$"""{"type":"stream_event","event":{{streamEvent}},"parent_tool_use_id":{{Quoted(parent)}}}""";

    protected static string MessageStart(string? id, string? parent = null) =>
        Stream(id is null ? """{"type":"message_start","message":{}}""" : $$$"""{"type":"message_start","message":{"id":"{{{id}}}"}}""", parent);

    protected static string BlockStart(int index, string block, string? parent = null) =>
        Stream($$"""{"type":"content_block_start","index":{{index}},"content_block":{{block}}}""", parent);

    protected static string Delta(int index, string delta, string? parent = null) =>
        Stream($$"""{"type":"content_block_delta","index":{{index}},"delta":{{delta}}}""", parent);

    protected static string BlockStop(int index, string? parent = null) =>
        Stream($$"""{"type":"content_block_stop","index":{{index}}}""", parent);

    protected static string Assistant(string? id, string content, string? parent = null)
    {
        var idMember = id is null ? "" : $"\"id\":\"{id}\",";
        return $$$"""{"type":"assistant","message":{{{{idMember}}}"content":[{{{content}}}]},"parent_tool_use_id":{{{Quoted(parent)}}}}""";
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
