namespace Sidecar.SessionApi.Transcripts;

/// <summary>Where a JSON value lies in its line. The default is "absent".</summary>
internal readonly record struct JsonSlice(int Start, int Length)
{
    public bool IsPresent => Length > 0;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> line) => line.Slice(Start, Length);

    public ReadOnlyMemory<byte> In(ReadOnlyMemory<byte> line) => line.Slice(Start, Length);

    public bool IsTrue(ReadOnlySpan<byte> line) => In(line).SequenceEqual("true"u8);

    public bool IsNull(ReadOnlySpan<byte> line) => In(line).SequenceEqual("null"u8);

    /// <summary>Whether the value is a string with at least one character.</summary>
    public bool IsText(ReadOnlySpan<byte> line) => Length > 2 && line[Start] == '"';

    /// <summary>Whether the value is this string, written without escapes.</summary>
    public bool IsText(ReadOnlySpan<byte> line, ReadOnlySpan<byte> expected) =>
        Length == expected.Length + 2 && line[Start] == '"' && line.Slice(Start + 1, expected.Length).SequenceEqual(expected);

    /// <summary>The string, or null when the value is absent or something else.</summary>
    public string? Text(ReadOnlySpan<byte> line) => Length > 1 && line[Start] == '"' ? JsonText.Decode(In(line)) : null;
}
