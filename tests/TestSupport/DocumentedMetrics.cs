using System.Text.RegularExpressions;

namespace Sidecar.Tests.TestSupport;

/// <summary>A row of the tables in docs/telemetry.md.</summary>
/// <param name="Services">Who has it.</param>
/// <param name="Name">Its name; that of a bound without <c>.used</c> and <c>.limit</c>.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Attributes">The names that its attributes may have.</param>
/// <param name="IsBound">It stands for two gauges.</param>
public sealed record DocumentedMetric(string Services, string Name, string Unit, IReadOnlyList<string> Attributes, bool IsBound)
{
    public bool Covers(string service, string metric) =>
        Services.Split(", ").Contains(service) && (IsBound ? metric == $"{Name}.used" || metric == $"{Name}.limit" : metric == Name);
}

/// <summary>What docs/telemetry.md says that the services export.</summary>
public static partial class DocumentedMetrics
{
    public static IReadOnlyList<DocumentedMetric> All { get; } = Read();

    /// <summary>Whether a metric is ours to document; those of .NET are documented elsewhere.</summary>
    public static bool IsOurs(string name) =>
        name.StartsWith("sidecar.", StringComparison.Ordinal) || name.StartsWith("gen_ai.", StringComparison.Ordinal);

    private static List<DocumentedMetric> Read()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "docs", "telemetry.md");
        var rows = new List<DocumentedMetric>();
        foreach (Match row in RowPattern().Matches(File.ReadAllText(file)))
        {
            var attributes = AttributePattern().Matches(row.Groups["attributes"].Value).Select(match => match.Groups[1].Value);
            var name = row.Groups["name"].Value;
            rows.Add(new DocumentedMetric(
                row.Groups["services"].Value, name, row.Groups["unit"].Value, [.. attributes], row.Groups["bound"].Success));
        }

        return rows;
    }

    // | `sidecar.agents.ends` | sidecar-worker | `{run}` | `cause`: ended, … | what it tells |; that of a bound is written `sidecar.live.sockets.*`
    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_.]+?)(?<bound>\.\*)?` \| (?<services>[a-z, -]+) \| `(?<unit>[^`]+)` \|(?<attributes>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex AttributePattern();
}
