namespace Sidecar.SessionApi.Files;

/// <summary>The lines that a search has found, as many as are wanted.</summary>
internal sealed class FoundLines(int max)
{
    private readonly List<TextMatch> _matches = [];

    /// <summary>Whether there was one more than is wanted: nothing else needs to be found.</summary>
    public bool IsFull { get; private set; }

    /// <summary>How many more there may be until it is full, that one included.</summary>
    public int Room => max - _matches.Count + 1;

    public IReadOnlyList<TextMatch> Matches => _matches;

    /// <summary>Takes the lines of a file, all of them or as many as there is room for.</summary>
    public void AddRange(IReadOnlyList<TextMatch> ofFile)
    {
        IsFull |= ofFile.Count >= Room;
        _matches.AddRange(ofFile.Take(max - _matches.Count));
    }
}
