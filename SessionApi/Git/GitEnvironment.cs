using System.Globalization;

namespace Sidecar.SessionApi.Git;

/// <summary>
/// What git is told beside its arguments: nobody is asked for anything, nothing is written by the way, the network is not used, and no program
/// that a repository's own configuration names is run.
/// </summary>
internal static class GitEnvironment
{
    // The person's own configuration files stay theirs. Everything else named so would point git at another repository, or make it write traces.
    private static readonly HashSet<string> Kept =
        new(StringComparer.OrdinalIgnoreCase) { "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH" };

    private static readonly (string Name, string Value)[] Settings =
    [
        ("core.fsmonitor", "false"),
        ("core.hooksPath", "/dev/null"),
        ("core.pager", "cat"),
        ("core.quotePath", "false"),
        ("color.ui", "false"),
        ("credential.helper", ""),
        ("diff.mnemonicPrefix", "false"),
        ("diff.noprefix", "false"),
        ("gc.auto", "0"),
        ("log.showSignature", "false"),
        ("maintenance.auto", "false"),
        ("status.submoduleSummary", "false"),
        ("submodule.recurse", "false"),
    ];

    /// <summary>The changes to our own environment.</summary>
    /// <param name="more">Settings beside the usual ones. They go by the environment because their names may hold anything.</param>
    public static Dictionary<string, string?> With(IReadOnlyList<(string Name, string Value)> more)
    {
        var changes = new Dictionary<string, string?>();
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("GIT_", StringComparison.OrdinalIgnoreCase) && !Kept.Contains(name))
            {
                changes[name] = null;
            }
        }

        changes["LC_ALL"] = "C"; // its messages are told apart by their text
        changes["GIT_TERMINAL_PROMPT"] = "0";
        changes["GIT_ASKPASS"] = "";
        changes["SSH_ASKPASS"] = "";
        changes["GIT_OPTIONAL_LOCKS"] = "0";
        changes["GIT_NO_LAZY_FETCH"] = "1";
        changes["GIT_ALLOW_PROTOCOL"] = "none"; // git before 2.45 does not know the line above
        changes["GIT_EDITOR"] = ":";
        changes["GIT_CONFIG_COUNT"] = (Settings.Length + more.Count).ToString(CultureInfo.InvariantCulture);
        var index = 0;
        foreach (var (name, value) in Settings.Concat(more))
        {
            changes[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{index}")] = name;
            changes[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{index}")] = value;
            index++;
        }

        return changes;
    }
}
