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
    public static IReadOnlyList<SubagentTranscript> FindAll(TranscriptLocation session, TranscriptRoot root) =>
        [.. Paths(session, root, "*").Select(Read).Where(transcript => transcript.ToolUseId.Length > 0)];

    /// <summary>The transcript of one agent; null when there is none. An agent that a workflow started is linked to no tool use: its id is empty.</summary>
    public static SubagentTranscript? Find(TranscriptLocation session, TranscriptRoot root, string agentId) =>
        agentId.Length > 0 && agentId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? Paths(session, root, agentId).Select(Read).FirstOrDefault()
            : null;

    private static IEnumerable<string> Paths(TranscriptLocation session, TranscriptRoot root, string agentId)
    {
        var directory = System.IO.Path.Combine(session.Directory, session.SessionId, "subagents");
        if (!Directory.Exists(directory) || !root.Holds(directory))
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(directory, Prefix + agentId + TranscriptLocation.Extension, options).Order(StringComparer.Ordinal);
    }

    private static SubagentTranscript Read(string path) =>
        new(path, System.IO.Path.GetFileName(path)[Prefix.Length..^TranscriptLocation.Extension.Length], ToolUseIdOf(path) ?? "");

    private static string? ToolUseIdOf(string path)
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

        return members.IsBroken ? null : toolUseId;
    }
}
