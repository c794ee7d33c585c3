using System.Globalization;
using System.Text;

namespace Sidecar.Tests.TestSupport;

/// <summary>One run of a process. The id alone may have been given to another program; with the start time it cannot.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">The start in clock ticks since boot, as /proc has it.</param>
public readonly record struct ProcessRun(int Id, long StartTime);

/// <summary>A process that has ended and waits for its parent to ask how.</summary>
/// <param name="Run">Which run of which process.</param>
/// <param name="Parent">The parent's process id.</param>
/// <param name="Name">The program's name, as far as the kernel keeps it.</param>
public readonly record struct Zombie(ProcessRun Run, int Parent, string Name);

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

    /// <summary>All zombies of this machine.</summary>
    public static IReadOnlyList<Zombie> Zombies() =>
    [
        .. Ids().Select(Fields).OfType<StatFields>()
            .Where(stat => stat.State == "Z")
            .Select(stat => new Zombie(stat.Run, stat.Parent, stat.Name)),
    ];

    /// <summary>One letter, such as T for a process that is stopped; null when it is gone.</summary>
    public static string? StateOf(int processId) => Fields(processId)?.State;

    /// <summary>The memory that a process holds in RAM; 0 when it is gone.</summary>
    public static long ResidentBytes(int processId) => (Fields(processId)?.ResidentPages ?? 0) * Environment.SystemPageSize;

    /// <summary>What a process has used since its start; zero when it is gone.</summary>
    public static TimeSpan ProcessorTime(int processId) => TimeSpan.FromMilliseconds((Fields(processId)?.ProcessorTicks ?? 0) * 10.0);

    private static IEnumerable<(ProcessRun Run, int Parent)> All() =>
        Ids().Select(Stat).OfType<(ProcessRun Run, int Parent)>();

    private static IEnumerable<int> Ids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                yield return id;
            }
        }
    }

    private static (ProcessRun Run, int Parent)? Stat(int processId) =>
        Fields(processId) is { State: not ("Z" or "X") } stat ? (stat.Run, stat.Parent) : null;

    private static StatFields? Fields(int processId)
    {
        // 4242 (a name) S 4241 …: the name may have spaces and brackets in it, so fields are counted after the last one.
        // The state is the first of them, the parent the second, the times the twelfth and thirteenth, the start the twentieth, the pages the
        // twenty-second.
        var stat = Read(processId, "stat");
        var nameEnd = stat.LastIndexOf(')');
        var fields = stat[(nameEnd + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22)
        {
            return null;
        }

        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        var name = stat[(stat.IndexOf('(') + 1)..nameEnd];
        return new StatFields(new ProcessRun(processId, Number(19)), (int)Number(1), name, fields[0], Number(11) + Number(12), Number(21));
    }

    private readonly record struct StatFields(ProcessRun Run, int Parent, string Name, string State, long ProcessorTicks, long ResidentPages);

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
