namespace Sidecar.SessionApi.History;

/// <summary>A message of a person, with what the agent did until the next one.</summary>
internal sealed class HistoryTurn
{
    // A turn uses a handful of tools; the cap is for one that was made up.
    private const int MaxTools = 64;

    private readonly SortedSet<string> _tools = new(StringComparer.Ordinal);

    /// <summary>The message's uuid; null for an entry that has none and cannot be named.</summary>
    public required string? Id { get; init; }

    public required EntryKey? Key { get; init; }

    /// <summary>From 0 on, among the messages of people that are shown.</summary>
    public required int Index { get; init; }

    /// <summary>Where its line begins in the transcript, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>The names of the tools that were used, in order.</summary>
    public IReadOnlyCollection<string> Tools => _tools;

    /// <summary>Notes that a tool was used.</summary>
    public void AddTool(string name)
    {
        if (_tools.Count < MaxTools)
        {
            _tools.Add(name);
        }
    }
}
