using System.Buffers;
using System.Text.Json;

namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>Copies the content of an agent's message with the ids of its tool blocks put below their parent.</summary>
internal static class SubagentContent
{
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlySpan<byte> line, JsonSlice content, SubagentParent parent)
    {
        var output = new ArrayBufferWriter<byte>(content.Length + 256);
        output.Write("["u8);
        var isFirst = true;
        var blocks = new ContentBlocks(line, content);
        while (blocks.Next(out var block))
        {
            if (!isFirst)
            {
                output.Write(","u8);
            }

            isFirst = false;
            WriteBlock(output, block.Whole.In(line), parent);
        }

        output.Write("]"u8);
        return output.WrittenMemory;
    }

    private static void WriteBlock(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> block, SubagentParent parent)
    {
        output.Write("{"u8);
        string? original = null;
        var isFirst = true;
        var members = new JsonObjectWalker(block, 0);
        while (members.Next(out var name, out var value))
        {
            output.Write(isFirst ? "\""u8 : ",\""u8);
            isFirst = false;
            output.Write(name);
            output.Write("\":"u8);
            var isId = (name.SequenceEqual("id"u8) || name.SequenceEqual("tool_use_id"u8)) && value.IsText(block);
            if (isId)
            {
                original = value.Text(block)!;
                WriteText(output, parent.Below(original));
            }
            else
            {
                output.Write(value.In(block));
            }
        }

        if (original is not null)
        {
            output.Write(",\"original_tool_use_id\":"u8);
            WriteText(output, original);
        }

        output.Write("}"u8);
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        output.Write("\""u8);
    }
}
