using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sidecar.Benchmarks.Running;

/// <summary>The load generator <c>wrk</c>: one thread, so that the server has the other core.</summary>
internal static partial class Wrk
{
    public const int Connections = 16;

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    /// <summary>Asks as fast as it can.</summary>
    /// <returns>Requests in a second. An answer that is no success ends the run.</returns>
    public static async Task<double> RunAsync(Uri url, TimeSpan duration)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{duration.TotalSeconds:0}s", url.AbsoluteUri]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return wrk.ExitCode == 0 && !output.Contains("Non-2xx", StringComparison.Ordinal) && RequestsPerSecond().Match(output) is { Success: true } found
            ? double.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"wrk failed: {output}");
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex RequestsPerSecond();
}
