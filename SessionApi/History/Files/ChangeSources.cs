namespace Sidecar.SessionApi.History.Files;

/// <summary>What may have changed files without a checkpoint that could bring them back.</summary>
internal static class ChangeSources
{
    // The CLI keeps a file's content before these change it.
    private static readonly HashSet<string> Kept = ["Edit", "MultiEdit", "Write", "NotebookEdit"];

    private static readonly HashSet<string> ReadOnly =
    [
        "AskUserQuestion", "BashOutput", "EnterPlanMode", "ExitPlanMode", "Glob", "Grep", "KillShell", "ListMcpResourcesTool", "LS", "NotebookRead",
        "Read", "ReadMcpResourceTool", "SendMessage", "TaskCreate", "TaskGet", "TaskList", "TaskOutput", "TaskStop", "TaskUpdate", "TodoRead",
        "TodoWrite", "ToolSearch", "WebFetch", "WebSearch",
    ];

    /// <summary>The tools of turns of which it cannot be told what they changed, and the changed files outside the session's directory.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<HistoryTurn> turns, FileChanges? changes) =>
    [
        .. turns.SelectMany(turn => turn.Tools)
            .Where(tool => !Kept.Contains(tool) && !ReadOnly.Contains(tool))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
        .. changes?.Outside ?? [],
    ];
}
