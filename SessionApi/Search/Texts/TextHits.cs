namespace Sidecar.SessionApi.Search.Texts;

/// <summary>The texts of one session that hold a pattern.</summary>
/// <param name="maxPlaces">How many of them are remembered.</param>
/// <param name="stopsAtFirst">Whether it is enough to know that there is one.</param>
internal sealed class TextHits(int maxPlaces, bool stopsAtFirst)
{
    private readonly List<TextPlace> _places = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<TextPlace> Places => _places;

    /// <summary>Whether it is enough to know that there is one.</summary>
    public bool StopsAtFirst => stopsAtFirst;

    /// <summary>Whether looking further changes nothing.</summary>
    public bool IsEnough => stopsAtFirst && Count > 0;

    /// <summary>Whether the next one's place matters.</summary>
    public bool WantsPlace => _places.Count < maxPlaces;

    public void Add(TextPlace place)
    {
        Count++;
        if (WantsPlace)
        {
            _places.Add(place);
        }
    }

    /// <summary>Counts one whose place does not matter.</summary>
    public void AddUnplaced() => Count++;

    public void Clear()
    {
        Count = 0;
        _places.Clear();
    }
}
