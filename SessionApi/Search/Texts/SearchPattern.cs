using System.Text;

namespace Sidecar.SessionApi.Search.Texts;

/// <summary>What is searched for: a text as it stands, white space and punctuation included, anywhere in a text.</summary>
internal sealed class SearchPattern
{
    private readonly string _text;
    private readonly string _folded;

    public SearchPattern(string text, bool isCaseSensitive)
    {
        _text = text;
        _folded = CaseFolding.Fold(text);
        FoldedUtf8 = Encoding.UTF8.GetBytes(_folded);
        IsCaseSensitive = isCaseSensitive;
    }

    /// <summary>What folded text must hold, also if case counts.</summary>
    public byte[] FoldedUtf8 { get; }

    public bool IsCaseSensitive { get; }

    /// <summary>The length of what is found, in UTF-16 units.</summary>
    public int Length => _text.Length;

    /// <summary>Whether a text holds it.</summary>
    public bool IsIn(string text) => (IsCaseSensitive ? text : CaseFolding.Fold(text)).Contains(IsCaseSensitive ? _text : _folded, StringComparison.Ordinal);

    /// <summary>Where a text holds it, from the start on and without overlaps, in UTF-16 units.</summary>
    public IEnumerable<int> PlacesIn(string text)
    {
        var searched = IsCaseSensitive ? text : CaseFolding.Fold(text);
        var pattern = IsCaseSensitive ? _text : _folded;
        for (var at = searched.IndexOf(pattern, StringComparison.Ordinal); at >= 0; at = searched.IndexOf(pattern, at + pattern.Length, StringComparison.Ordinal))
        {
            yield return at;
        }
    }
}
