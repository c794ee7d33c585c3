using System.Text.RegularExpressions;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>Keeps keys and tokens out of what a CLI says to people: it quotes its own command line and the headers of failed requests.</summary>
internal static partial class Secrets
{
    private const string Hidden = "[redacted]";

    /// <summary>The text without what looks like a secret.</summary>
    public static string Redact(string text) => Pattern().Replace(text, match => match.Groups["name"].Value + Hidden);

    // The time-out bounds a text that is made to be slow; it has 2 KiB at most.
    [GeneratedRegex(
        """(?<name>\btoken=)[^&\s"']+|(?<name>\bBearer\s+)[\w.~+/=-]+|(?<name>\b(?:x-api-key|api[_-]?key)["']?\s*[:=]\s*["']?)[\w.-]+|\bsk-[\w-]{8,}""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
