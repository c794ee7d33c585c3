using System.Globalization;
using System.Text;

namespace Sidecar.Tests.TestSupport;

/// <summary>One run of a process. The id alone may have been given to another program; with the start time it cannot.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">The start in clock ticks since boot, as /proc has it.</param>
public readonly record struct ProcessRun(int Id, long StartTime);

/// <summary>What Linux tells about processes. A process that is gone while it is read counts as absent.</summary>
public static class ProcFs
{
    /// <summary>Every living process whose environment at its start had the variable with this value.</summary>
    public static IReadOnlyList<ProcessRun> WithEnvironment(string name, string value)
    {
        var wanted = $"{name}={value}";
        return [.. All().Where(p => Read(p.Run.Id, "environ").Split('\0').Contains(wanted)).Select(p => p.Run)];
    }

    /// <summary>The living children of a process, their children, and so on. Those that changed their parent are not found.</summary>
    public static IReadOnlyList<ProcessRun> Descendants(int processId)
    {
        var children = All().ToLookup(p => p.Parent, p => p.Run);
        var found = new List<ProcessRun>(children[processId]);
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i].Id]);
        }

        return found;
    }

    /// <summary>Names the run that has this id now; null when there is none, or only a zombie.</summary>
    public static ProcessRun? Find(int processId) => Stat(processId)?.Run;

    public static bool Exists(ProcessRun run) => Find(run.Id) == run;

    public static bool Exists(int processId, long startTime) => Exists(new ProcessRun(processId, startTime));

    public static int? ParentOf(int processId) => Stat(processId)?.Parent;

    /// <summary>The arguments joined by spaces; empty when the process is gone.</summary>
    public static string CommandLine(int processId) => Read(processId, "cmdline").TrimEnd('\0').Replace('\0', ' ');

    private static IEnumerable<(ProcessRun Run, int Parent)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Stat(id) is { } found)
            {
                yield return found;
            }
        }
    }

    private static (ProcessRun Run, int Parent)? Stat(int processId)
    {
        // 4242 (a name) S 4241 …: the name may have spaces and brackets in it, so fields are counted after the last one.
        // The state is the first of them, the parent the second, the start time the twentieth.
        var stat = Read(processId, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 20 || fields[0] is "Z" or "X")
        {
            return null;
        }

        var startTime = long.Parse(fields[19], CultureInfo.InvariantCulture);
        return (new ProcessRun(processId, startTime), int.Parse(fields[1], CultureInfo.InvariantCulture));
    }

    private static string Read(int processId, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/{file}", Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
