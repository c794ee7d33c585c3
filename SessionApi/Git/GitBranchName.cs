using System.Buffers;
using System.Text;

namespace Sidecar.SessionApi.Git;

/// <summary>Which names a branch may have: the rules of git-check-ref-format(1), so that a name is never an option, a range or a path.</summary>
internal static class GitBranchName
{
    /// <summary>The longest one, in UTF-16 units. Its parts are file names.</summary>
    public const int MaxLength = 200;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" ~^:?*[\\\u007f");

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? ProblemOf(string name) => name switch
    {
        "" => "must not be empty",
        { Length: > MaxLength } => $"is longer than {MaxLength} characters",
        "HEAD" or "@" => "is a name that git uses itself",
        _ when name.StartsWith('-') => "must not begin with a hyphen",
        _ when name.AsSpan().ContainsAny(Forbidden) || name.Any(char.IsControl) => "must not hold a space, a control character or one of ~ ^ : ? * [ \\",
        _ when name.Contains("..", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal) => "must not hold .. or @{",
        _ when name.EndsWith('.') => "must not end with a dot",
        _ when name.Split('/').Any(part => part is "" or ['.', ..] || part.EndsWith(".lock", StringComparison.Ordinal)) =>
            "must not have a part that is empty, begins with a dot or ends with .lock",
        _ when HasHalfOfAPair(name) => "is no text",
        _ => null,
    };

    private static bool HasHalfOfAPair(string name) => name.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}
