namespace Sidecar.SessionApi.Transcripts;

/// <summary>Walks the blocks of a message's content: <c>[{"type":"text","text":…},{"type":"tool_use",…}]</c>.</summary>
internal ref struct ContentBlocks(ReadOnlySpan<byte> line, JsonSlice content)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private readonly int _end = content.IsPresent && line[content.Start] == '[' ? content.Start + content.Length - 1 : 0;
    private int _at = content.Start + 1;

    /// <summary>The next block that is an object. Content that is no array has none.</summary>
    public bool Next(out ContentBlock block)
    {
        block = default;
        while (_at < _end)
        {
            if (_line[_at] != '{')
            {
                var skipped = _line[_at] is (byte)'"' or (byte)'[' ? JsonObjectWalker.SkipValue(_line, _at) : _at + 1;
                _at = skipped < 0 ? _end : skipped;
                continue;
            }

            var members = new JsonObjectWalker(_line, _at);
            while (members.Next(out var name, out var value))
            {
                block.Set(name, value);
            }

            block.Whole = new JsonSlice(_at, members.Position - _at);
            _at = members.IsBroken ? _end : members.Position;
            return !members.IsBroken;
        }

        return false;
    }

    /// <summary>The text that a title or a command is looked for in: a plain string, or the first text block.</summary>
    public static string? FirstText(ReadOnlySpan<byte> line, JsonSlice content, int maxBytes)
    {
        if (!content.IsPresent)
        {
            return null;
        }

        if (line[content.Start] == '"')
        {
            return JsonText.DecodeStart(content.In(line), maxBytes);
        }

        if (line[content.Start] != '[')
        {
            return null;
        }

        var blocks = new ContentBlocks(line, content);
        while (blocks.Next(out var block))
        {
            if (block.Type.IsText(line, "text"u8))
            {
                return block.Text.IsText(line) ? JsonText.DecodeStart(block.Text.In(line), maxBytes) : null;
            }
        }

        return null;
    }
}

/// <summary>One content block, as slices of its line.</summary>
internal struct ContentBlock
{
    public JsonSlice Whole;
    public JsonSlice Type;
    public JsonSlice Text;
    public JsonSlice Id;
    public JsonSlice Name;

    internal void Set(ReadOnlySpan<byte> name, JsonSlice value)
    {
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8): Id = value; break;
            case 4 when name.SequenceEqual("type"u8): Type = value; break;
            case 4 when name.SequenceEqual("text"u8): Text = value; break;
            case 4 when name.SequenceEqual("name"u8): Name = value; break;
        }
    }
}
