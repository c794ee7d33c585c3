namespace Sidecar.SessionApi.Files;

/// <summary>
/// Which files a search looks into: <c>*.cs</c>, <c>src/**/*.{ts,tsx}</c>, <c>!*.min.js</c>. Without a slash it is about the file's name, with one about
/// the path; <c>*</c> and <c>?</c> stop at a slash, <c>**</c> does not; an exclamation mark turns it round.
/// </summary>
internal sealed class GlobPattern
{
    public const int MaxLength = 256;

    private readonly List<GlobAutomaton> _alternatives;
    private readonly bool _isAboutName;
    private readonly bool _isExcluding;

    private GlobPattern(List<GlobAutomaton> alternatives, bool isAboutName, bool isExcluding) =>
        (_alternatives, _isAboutName, _isExcluding) = (alternatives, isAboutName, isExcluding);

    /// <summary>Reads a pattern; null when it is none.</summary>
    public static GlobPattern? Parse(string glob)
    {
        var isExcluding = glob.StartsWith('!');
        var pattern = isExcluding ? glob[1..] : glob;
        var isAboutName = !pattern.Contains('/');
        pattern = pattern.StartsWith('/') ? pattern[1..] : pattern;
        if (pattern.Length is 0 or > MaxLength || GlobAlternatives.Of(pattern) is not { } plain)
        {
            return null;
        }

        var alternatives = plain.ConvertAll(GlobAutomaton.Parse);
        return alternatives.Contains(null) ? null : new GlobPattern(alternatives!, isAboutName, isExcluding);
    }

    /// <summary>Whether a file counts.</summary>
    /// <param name="path">From the folder that is searched, with slashes.</param>
    public bool Matches(string path)
    {
        var subject = _isAboutName ? path[(path.LastIndexOf('/') + 1)..] : path;
        return _alternatives.Exists(alternative => alternative.Matches(subject)) != _isExcluding;
    }
}
