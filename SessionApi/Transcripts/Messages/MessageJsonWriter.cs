using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// Writes messages as clients read them. What a transcript holds as JSON is copied as it is written there: content of 20 MB
/// goes through a small window, and escapes that are no valid text, such as half a surrogate pair, stay what they are.
/// </summary>
internal sealed class MessageJsonWriter(PipeWriter output, TimeProvider time)
{
    // Behind this much the client is waited for, so that a slow one holds no more than this.
    private const int FlushBytes = 64 * 1024;

    private bool _isFirst = true;
    private int _unflushed;

    public async ValueTask WriteAsync(VisibleMessage message, CancellationToken cancellationToken)
    {
        var line = message.Line;
        var entry = message.Entry;
        Raw(_isFirst ? "{\"id\":"u8 : ",{\"id\":"u8);
        _isFirst = false;
        if (message.Subagent is { } agent)
        {
            Text(agent.Below(entry.Uuid.Text(line.Span) ?? Guid.NewGuid().ToString()));
            Raw(KindMember(message.Kind));
            await ValueAsync(SubagentContent.Rewrite(line.Span, message.Message.Content, agent), cancellationToken);
        }
        else
        {
            RawOr(entry.Uuid.IsText(line.Span) ? entry.Uuid.In(line.Span) : default, Guid.NewGuid().ToString());
            Raw(KindMember(message.Kind));
            await ValueAsync(message.Message.Content.In(line), cancellationToken);
        }

        if (entry.ToolUseResult.IsPresent)
        {
            Raw(",\"toolUseResult\":"u8);
            await ValueAsync(entry.ToolUseResult.In(line), cancellationToken);
        }

        Raw(",\"timestamp\":"u8);
        RawOr(entry.Timestamp.IsText(line.Span) ? entry.Timestamp.In(line.Span) : default, TranscriptTime.Format(time.GetUtcNow()));
        WriteDetails(message, line.Span);
        Raw("}"u8);
        if (_unflushed >= FlushBytes)
        {
            await FlushAsync(cancellationToken);
        }
    }

    private void WriteDetails(in VisibleMessage message, ReadOnlySpan<byte> line)
    {
        var entry = message.Entry;
        Optional(",\"model\":"u8, line, message.Message.Model, isText: true);
        if (!entry.ForkedFrom.IsPresent || entry.ForkedFrom.IsNull(line))
        {
            // A fork inherits its past, not the bill for it.
            WriteUsage(line, message.Message.Usage);
        }

        Optional(",\"parentUuid\":"u8, line, entry.ParentUuid, isText: true);
        if (message.Subagent is null && entry.ParentToolUseId.IsText(line))
        {
            Optional(",\"parentToolUseId\":"u8, line, entry.ParentToolUseId, isText: true);
        }
        else if ((message.Subagent?.ToolUseId ?? message.ParentToolUseId) is { } parent)
        {
            Raw(",\"parentToolUseId\":"u8);
            Text(parent);
        }

        if (entry.IsSidechain.IsPresent && line[entry.IsSidechain.Start] is (byte)'t' or (byte)'f')
        {
            Optional(",\"isSidechain\":"u8, line, entry.IsSidechain, isText: false);
        }

        Optional(",\"cwd\":"u8, line, entry.Cwd, isText: true);
    }

    private void WriteUsage(ReadOnlySpan<byte> line, JsonSlice usage)
    {
        if (!usage.IsPresent || line[usage.Start] != '{')
        {
            return;
        }

        Raw(",\"usage\":{"u8);
        var isFirst = true;
        var members = new JsonObjectWalker(line, usage.Start);
        while (members.Next(out var name, out var value))
        {
            var isCounted = name.SequenceEqual("input_tokens"u8) || name.SequenceEqual("output_tokens"u8)
                || name.SequenceEqual("cache_read_input_tokens"u8) || name.SequenceEqual("cache_creation_input_tokens"u8);
            if (isCounted && (char.IsAsciiDigit((char)line[value.Start]) || line[value.Start] == '-'))
            {
                Raw(isFirst ? "\""u8 : ",\""u8);
                isFirst = false;
                Raw(name);
                Raw("\":"u8);
                Raw(value.In(line));
            }
        }

        Raw("}"u8);
    }

    private void Optional(ReadOnlySpan<byte> member, ReadOnlySpan<byte> line, JsonSlice value, bool isText)
    {
        if (isText ? value.IsText(line) : value.IsPresent)
        {
            Raw(member);
            Raw(value.In(line));
        }
    }

    private async ValueTask ValueAsync(ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        if (value.IsEmpty)
        {
            Raw("null"u8);
            return;
        }

        for (var rest = value; rest.Length > 0;)
        {
            var part = rest[..Math.Min(rest.Length, FlushBytes)];
            Raw(part.Span);
            rest = rest[part.Length..];
            if (_unflushed >= FlushBytes)
            {
                await FlushAsync(cancellationToken);
            }
        }
    }

    private void RawOr(ReadOnlySpan<byte> token, string fallback)
    {
        if (token.IsEmpty)
        {
            Text(fallback);
        }
        else
        {
            Raw(token);
        }
    }

    private void Text(string text)
    {
        Raw("\""u8);
        Raw(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        Raw("\""u8);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _unflushed += bytes.Length;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _unflushed = 0;
        await output.FlushAsync(cancellationToken);
    }

    private static ReadOnlySpan<byte> KindMember(MessageKind kind) => kind switch
    {
        MessageKind.User => ",\"type\":\"user\",\"content\":"u8,
        MessageKind.Assistant => ",\"type\":\"assistant\",\"content\":"u8,
        MessageKind.ToolUse => ",\"type\":\"tool_use\",\"content\":"u8,
        MessageKind.ToolResult => ",\"type\":\"tool_result\",\"content\":"u8,
        _ => ",\"type\":\"system\",\"content\":"u8,
    };
}
