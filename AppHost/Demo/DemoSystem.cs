using Sidecar.AppHost.Local;

namespace Sidecar.AppHost.Demo;

/// <summary>
/// Everything that <c>--demo</c> is about: a folder with a config directory, a home and working directories, made-up sessions in it, and the
/// environment in which the services know nothing of the person's own. Its disposal deletes the folder.
/// </summary>
internal sealed class DemoSystem : IDisposable
{
    private const string Agent = "FakeAgent";

    // Where else a program of ours, or git, would look for the person's own; and what is set for another agent, for programs and for users of
    // the person's own. In whatever case: a setting's name has none.
    private static readonly string[] PersonalPrefixes =
    [
        "XDG_", "ANTHROPIC_", "CLAUDE", "CC_HAHA_", "GIT_CONFIG", "SERVER_AUTH_REQUIRED", "Sidecar__Agent__", "Sidecar__Sidecars__", "Sidecar__Access__",
    ];

    private readonly DemoFolder _folder;

    private DemoSystem(DemoFolder folder, IReadOnlyDictionary<string, string?> environment) => (_folder, Environment) = (folder, environment);

    /// <summary>What both services find in their environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>Makes the folder and its sessions, and says where it is.</summary>
    /// <returns>The demo, or the sentence that says why there is none.</returns>
    public static (DemoSystem? Demo, string? Problem) Create(TimeProvider time)
    {
        if (ServiceProgram.Find(Agent, "tests") is not { } agent)
        {
            return (null, "--demo needs a run from source (dotnet run --project AppHost -- --demo): the scripted agent is not among the published programs.");
        }

        var folder = DemoFolder.Create();
        try
        {
            Directory.CreateDirectory(folder["home"]);
            DemoSessions.Write(folder["config"], folder["work"], time.GetUtcNow());
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        Console.WriteLine($"[apphost] Demo: everything is in {folder.Path} and is deleted at the end; no account is used.");
        return (new DemoSystem(folder, EnvironmentFor(folder, agent)), null);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, string?> EnvironmentFor(DemoFolder folder, string agent)
    {
        var variables = System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => PersonalPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(name => name, _ => (string?)null);
        variables["CLAUDE_CONFIG_DIR"] = folder["config"];
        variables["HOME"] = folder["home"];
        variables["USERPROFILE"] = folder["home"];
        variables["Sidecar__Demo"] = "true";
        variables["Sidecar__Agent__Command"] = agent;
        variables["FAKE_AGENT_DEMO"] = "1";
        return variables;
    }
}
