using System.Text.Json;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Where the members that matter lie in one transcript object. Writers order members as they like: an assistant line of
/// the CLI is <c>{"parentUuid":…,"isSidechain":false,"message":{…,"type":"message",…},"type":"assistant",…}</c>, so only the
/// top-level <c>type</c> counts and it may come last. Unknown members are stepped over.
/// </summary>
internal struct TranscriptLine
{
    public JsonSlice Type;
    public JsonSlice Subtype;
    public JsonSlice Message;
    public JsonSlice Content;
    public JsonSlice Timestamp;
    public JsonSlice Uuid;
    public JsonSlice ParentUuid;
    public JsonSlice Cwd;
    public JsonSlice IsMeta;
    public JsonSlice IsSidechain;
    public JsonSlice ToolUseResult;
    public JsonSlice ParentToolUseId;
    public JsonSlice ForkedFrom;
    public JsonSlice CustomTitle;
    public JsonSlice AiTitle;
    public JsonSlice WorkDir;
    public JsonSlice Repository;
    public JsonSlice PermissionMode;
    public JsonSlice RuntimeProviderId;
    public JsonSlice RuntimeModelId;
    public JsonSlice EffortLevel;
    public JsonSlice WorktreeSession;
    public JsonSlice TaskNotification;

    /// <summary>
    /// Scans the next object of a line. A line has one object, but interrupted writers have left two on one line.
    /// </summary>
    /// <param name="line">The line without its line feed.</param>
    /// <param name="position">Where to go on; 0 at first.</param>
    /// <param name="entry">The object found.</param>
    public static LineScan Scan(ReadOnlySpan<byte> line, ref int position, out TranscriptLine entry)
    {
        entry = default;
        while (position < line.Length && line[position] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            position++;
        }

        if (position >= line.Length)
        {
            return LineScan.End;
        }

        var members = new JsonObjectWalker(line, position);
        while (members.Next(out var name, out var value))
        {
            entry.Set(name, value);
        }

        var start = position;
        position = members.IsBroken ? line.Length : members.Position;
        return members.IsBroken || !IsSound(line[start..position]) ? LineScan.Corrupt : LineScan.Entry;
    }

    // The walk does not look into strings. Control characters are what a crash leaves there (blocks of NUL), and writers
    // escape them, so only a line that has one pays for a real parse.
    private static bool IsSound(ReadOnlySpan<byte> json) => json.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0 || IsValidJson(json);

    /// <summary>Whether the text is exactly one JSON value.</summary>
    public static bool IsValidJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Set(ReadOnlySpan<byte> name, JsonSlice value)
    {
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("cwd"u8): Cwd = value; break;
            case 4 when name.SequenceEqual("type"u8): Type = value; break;
            case 4 when name.SequenceEqual("uuid"u8): Uuid = value; break;
            case 6 when name.SequenceEqual("isMeta"u8): IsMeta = value; break;
            case 7 when name.SequenceEqual("message"u8): Message = value; break;
            case 7 when name.SequenceEqual("content"u8): Content = value; break;
            case 7 when name.SequenceEqual("subtype"u8): Subtype = value; break;
            case 7 when name.SequenceEqual("aiTitle"u8): AiTitle = value; break;
            case 7 when name.SequenceEqual("workDir"u8): WorkDir = value; break;
            case 9 when name.SequenceEqual("timestamp"u8): Timestamp = value; break;
            case 10 when name.SequenceEqual("parentUuid"u8): ParentUuid = value; break;
            case 10 when name.SequenceEqual("forkedFrom"u8): ForkedFrom = value; break;
            case 10 when name.SequenceEqual("repository"u8): Repository = value; break;
            case 11 when name.SequenceEqual("isSidechain"u8): IsSidechain = value; break;
            case 11 when name.SequenceEqual("customTitle"u8): CustomTitle = value; break;
            case 11 when name.SequenceEqual("effortLevel"u8): EffortLevel = value; break;
            case 13 when name.SequenceEqual("toolUseResult"u8): ToolUseResult = value; break;
            case 14 when name.SequenceEqual("permissionMode"u8): PermissionMode = value; break;
            case 14 when name.SequenceEqual("runtimeModelId"u8): RuntimeModelId = value; break;
            case 15 when name.SequenceEqual("worktreeSession"u8): WorktreeSession = value; break;
            case 16 when name.SequenceEqual("taskNotification"u8): TaskNotification = value; break;
            case 17 when name.SequenceEqual("runtimeProviderId"u8): RuntimeProviderId = value; break;
            case 18 when name.SequenceEqual("parent_tool_use_id"u8): ParentToolUseId = value; break;
        }
    }
}

/// <summary>What <see cref="TranscriptLine.Scan"/> found.</summary>
internal enum LineScan
{
    /// <summary>Nothing more on the line.</summary>
    End,

    /// <summary>An object.</summary>
    Entry,

    /// <summary>Something that is no JSON object; the line ends here.</summary>
    Corrupt,
}
