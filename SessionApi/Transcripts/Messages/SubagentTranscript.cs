namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// The transcript of an agent that a session started: <c>agent-&lt;id&gt;.jsonl</c> with <c>agent-&lt;id&gt;.meta.json</c>
/// beside it, which names the tool use that started the agent.
/// </summary>
internal sealed record SubagentTranscript(string Path, string AgentId, string ToolUseId)
{
    private const string Prefix = "agent-";
    private const string MetaExtension = ".meta.json";

    // The directory itself and what workflows put below it.
    private const int MaxDepth = 3;

    // A file of a few fields; a larger one is something else.
    private const int MaxMetaBytes = 64 * 1024;

    /// <summary>The linked transcripts of a session, in the order of their paths.</summary>
    public static IReadOnlyList<SubagentTranscript> FindAll(TranscriptLocation session, TranscriptRoot root)
    {
        var directory = System.IO.Path.Combine(session.Directory, session.SessionId, "subagents");
        if (!Directory.Exists(directory) || !root.Holds(directory))
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, AttributesToSkip = FileAttributes.ReparsePoint };
        return
        [
            .. Directory.EnumerateFiles(directory, Prefix + "*" + TranscriptLocation.Extension, options)
                .Order(StringComparer.Ordinal)
                .Select(Read)
                .OfType<SubagentTranscript>(),
        ];
    }

    private static SubagentTranscript? Read(string path)
    {
        var stem = path[..^TranscriptLocation.Extension.Length];
        var meta = new FileInfo(stem + MetaExtension);
        if (!meta.Exists || meta.LinkTarget is not null || meta.Length > MaxMetaBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> json = File.ReadAllBytes(meta.FullName);
        var members = new JsonObjectWalker(json, json.IndexOf((byte)'{') is var start and >= 0 ? start : json.Length);
        string? toolUseId = null;
        while (members.Next(out var name, out var value))
        {
            toolUseId = name.SequenceEqual("toolUseId"u8) ? value.Text(json) : toolUseId;
        }

        return members.IsBroken || string.IsNullOrEmpty(toolUseId)
            ? null
            : new SubagentTranscript(path, System.IO.Path.GetFileName(stem)[Prefix.Length..], toolUseId);
    }
}
