using System.Globalization;
using System.Text;

namespace Sidecar.Tests.TestSupport.Histories;

/// <summary>One of <see cref="ManySessions"/>.</summary>
/// <param name="Id">The session's id.</param>
/// <param name="Title">What the list calls it.</param>
/// <param name="Project">The name of the folder that it works in.</param>
/// <param name="Said">A word that is said in this session and in no other.</param>
public sealed record WrittenSession(string Id, string Title, string Project, string Said);

/// <summary>
/// A long history of short sessions, written fast: one question and one answer each. Every session of a project is newer than all of the next project,
/// so that the order by time is also the order by project.
/// </summary>
public static class ManySessions
{
    private static readonly DateTime Newest = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <param name="projectsFolder">The <c>projects</c> folder of a config directory; it is made when it is not there.</param>
    /// <param name="count">How many sessions.</param>
    /// <param name="projects">Over how many projects they are spread evenly.</param>
    /// <returns>The sessions, the newest first.</returns>
    public static IReadOnlyList<WrittenSession> Write(string projectsFolder, int count, int projects)
    {
        var written = new WrittenSession[count];
        var perProject = (count + projects - 1) / projects;
        Parallel.For(0, projects, project =>
        {
            var name = $"project-{project.ToString("000", CultureInfo.InvariantCulture)}";
            var folder = Directory.CreateDirectory(Path.Combine(projectsFolder, $"-work-{name}")).FullName;
            for (var i = project * perProject; i < Math.Min(count, (project + 1) * perProject); i++)
            {
                written[i] = Write(folder, name, i);
            }
        });
        return written;
    }

    private static WrittenSession Write(string folder, string project, int index)
    {
        var number = index.ToString("00000", CultureInfo.InvariantCulture);
        var session = new WrittenSession($"5e551000-0000-4000-8000-0000000{number}", $"Session {number} mends the parser", project, $"needle{number}");
        var asked = Newest.AddMinutes(-index);
        var file = new FileInfo(Path.Combine(folder, $"{session.Id}.jsonl"));
        using (var stream = file.Create())
        {
            stream.Write(Encoding.UTF8.GetBytes(
                $$$"""
                {"parentUuid":null,"isSidechain":false,"type":"user","message":{"role":"user","content":"{{{session.Title}}}"},"uuid":"00000000-0000-4000-8000-1000000{{{number}}}","timestamp":"{{{Time(asked)}}}","cwd":"/work/{{{project}}}","sessionId":"{{{session.Id}}}"}
                {"parentUuid":"00000000-0000-4000-8000-1000000{{{number}}}","isSidechain":false,"type":"assistant","message":{"id":"m{{{number}}}","type":"message","role":"assistant","model":"fake-model","content":[{"type":"text","text":"It was **one line**: {{{session.Said}}} stood where a comma belongs."}]},"uuid":"00000000-0000-4000-8000-2000000{{{number}}}","timestamp":"{{{Time(asked.AddSeconds(5))}}}","cwd":"/work/{{{project}}}","sessionId":"{{{session.Id}}}"}

                """));
        }

        file.LastWriteTimeUtc = asked.AddSeconds(5);
        return session;
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
