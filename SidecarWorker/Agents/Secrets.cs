using System.Text.RegularExpressions;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>Keeps keys and tokens out of what a child says to people: a CLI quotes its own command line and the headers of failed requests.</summary>
internal static partial class Secrets
{
    private const string Hidden = "[redacted]";

    /// <summary>The text without what looks like a secret.</summary>
    public static string Redact(string text)
    {
        try
        {
            return Pattern().Replace(text, match => match.Groups["name"].Value + Hidden);
        }
        catch (RegexMatchTimeoutException)
        {
            return Hidden; // made to be slow: better no line than a secret
        }
    }

    // The time-out bounds a text that is made to be slow; it has 4 KiB at most.
    [GeneratedRegex(
        """(?<name>\btoken=)[^&\s"']+|(?<name>\bBearer\s+)[\w.~+/=-]+|(?<name>api[_-]?key["']?\s*[:=]\s*["']?)[\w.-]+|\bsk-[\w-]{8,}|\bh5_[\w-]{16,}|\bsidecar_[\w-]{16,}""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
