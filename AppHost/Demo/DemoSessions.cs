namespace Sidecar.AppHost.Demo;

/// <summary>Makes the working directories and the sessions of a demo: the same each time, only their times count back from now.</summary>
internal static class DemoSessions
{
    private const int LongSessionTurns = 60;

    private static readonly TimeSpan Span = TimeSpan.FromDays(21);
    private static readonly TimeSpan Newest = TimeSpan.FromMinutes(12);

    private static readonly DemoProject[] Projects =
    [
        DemoClientProjects.Shop, DemoServerProjects.Orders, DemoClientProjects.Weather,
        DemoServerProjects.Shipper, DemoClientProjects.Recipes, DemoServerProjects.Home,
    ];

    /// <param name="config">The config directory.</param>
    /// <param name="work">The folder of the working directories.</param>
    /// <param name="now">When the demo begins.</param>
    public static void Write(string config, string work, DateTimeOffset now)
    {
        foreach (var project in Projects)
        {
            foreach (var (path, text) in project.Files)
            {
                var file = Path.Combine(work, project.Name, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }

        var count = Projects.Sum(project => project.Wishes.Count);
        for (var i = 0; i < count; i++)
        {
            // One project after the other, so that each has new sessions and old ones.
            var (project, number) = (Projects[i % Projects.Length], i / Projects.Length);
            var transcript = new DemoTranscript(Path.Combine(work, project.Name), seed: i);
            Converse(new DemoTurns(transcript, project, Path.Combine(work, project.Name)), project.Wishes[number].Request, i);
            // Denser towards now, as with people.
            var age = Newest + ((Span - Newest) * Math.Pow((double)i / count, 1.5));
            transcript.Save(config, project.Wishes[number].Title, now - age);
        }
    }

    private static void Converse(DemoTurns turns, string request, int number)
    {
        switch (number % 5)
        {
            case 0:
                turns.Change(request);
                turns.Fail("Please run the checks again.");
                turns.Table("Thank you. Sum up what has changed.");
                break;
            case 1:
                turns.Explain(request);
                turns.Change("I see. Then please change it.");
                break;
            case 2:
                turns.Plan(request);
                turns.Change("Good plan. Begin with the first step.");
                turns.Write("Add a note about it for the others.");
                break;
            case 3:
                turns.Search(request);
                turns.Explain("And how does the rest of it work?");
                break;
            default:
                turns.Plan(request);
                turns.Table("Which of these would you do first?");
                break;
        }

        for (var turn = 1; number == 0 && turn <= LongSessionTurns; turn++)
        {
            turns.Step(turn);
        }
    }
}
