using System.Text.RegularExpressions;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>The warnings and errors that the services logged, the same ones counted, and when they last gave memory back.</summary>
internal static partial class SoakLog
{
    private const int Shown = 20;
    private const int ShownTrims = 6;

    public static void Print(IReadOnlyList<string> output)
    {
        var said = output
            .Where(line => Level().IsMatch(line))
            .Select(line => Detail().Replace(line, "*"))
            .CountBy(line => line)
            .OrderByDescending(line => line.Value);
        foreach (var (line, count) in said.Take(Shown))
        {
            Console.WriteLine($"{count,6} x {line}");
        }

        foreach (var line in output.Where(line => line.Contains("Gave memory back", StringComparison.Ordinal)).TakeLast(ShownTrims))
        {
            Console.WriteLine(line);
        }
    }

    [GeneratedRegex(@"\b(warn|fail|crit):")]
    private static partial Regex Level();

    // Ids, numbers and times.
    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+([.:][0-9]+)*")]
    private static partial Regex Detail();
}
