using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>The AppHost with <c>--demo</c>: made-up sessions and a scripted agent, and nothing of the person's own.</summary>
public sealed class DemoTests : IDisposable
{
    private const string Own = "11111111-1111-4111-8111-111111111111";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly List<RunningSystem> _systems = [];

    public DemoTests() => _folder.CreateFolder("tmp");

    // The folder for temporary files is this test's own, so that demos of somebody else are not swept, and all processes are known by it.
    private IReadOnlyList<ProcessRun> Processes => ProcFs.WithEnvironment("TMPDIR", _folder["tmp"]);

    private string[] Demos => Directory.GetDirectories(_folder["tmp"], "sidecar-demo-*");

    [Fact]
    public async Task Demo_Runs_HasSessionsAndAnAgentAndIsGoneAtTheEnd()
    {
        SkipWhenPublished();
        LeaveSessionOfOnesOwn(_folder["home", ".claude"]);
        LeaveSessionOfOnesOwn(_folder["config"]);
        var system = await StartAsync();
        var demo = Assert.Single(Demos);
        Assert.Contains(system.Output, line => line == $"[apphost] Demo: everything is in {demo} and is deleted at the end; no account is used.");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(demo).UnixFileMode);

        var sessions = await SessionsAsync(system, 60);
        Assert.DoesNotContain(sessions, session => session.GetProperty("id").GetString() == Own);
        Assert.All(sessions, session => Assert.StartsWith(demo, session.GetProperty("workDir").GetString(), StringComparison.Ordinal));
        Assert.All(sessions, session => Assert.True(Directory.Exists(session.GetProperty("workDir").GetString())));
        Assert.Contains(sessions, session => session.GetProperty("messageCount").GetInt32() > 300);
        Assert.All(sessions, session => Assert.InRange(
            TimeProvider.System.GetUtcNow() - session.GetProperty("modifiedAt").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromDays(22)));

        var newest = new Session(sessions[0].GetProperty("id").GetString()!, sessions[0].GetProperty("workDir").GetString()!);
        await using (var client = await LiveClient.JoinAsync(new Uri($"ws://127.0.0.1:{system.Port}/ws/{newest.Id}"), () => string.Join('\n', system.Output)))
        {
            await client.SendUserAsync("Please write a note.");
            var question = await client.WaitForAsync("permission_request");
            Assert.False(File.Exists(newest.File("sidecar-demo.md")));
            await client.AnswerAsync(question, allowed: true);
            await client.WaitForAsync("message_complete");
        }

        Assert.True(File.Exists(newest.File("sidecar-demo.md")));
        Assert.Equal(["config", "home"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order().Where(name => name != "tmp"));
        Assert.Equal([".claude"], Directory.GetFileSystemEntries(_folder["home"]).Select(Path.GetFileName));
        Assert.Equal(["projects"], Directory.GetFileSystemEntries(_folder["config"]).Select(Path.GetFileName));

        TestSignals.Terminate(system.AppHost);
        Assert.Equal(0, await system.ExitAsync(Deadline));
        Assert.Empty(Processes);
        Assert.Empty(Demos);
    }

    [Fact]
    public async Task Demo_OfSomebodyWithSettingsOfTheirOwn_UsesNoneOfThem()
    {
        SkipWhenPublished();
        var system = Launch(
            ["--demo"],
            ("SIDECAR__AGENT__COMMAND", "/bin/false"), // a setting's name has no case
            ("Sidecar__Access__RequireToken", "true"),
            ("Sidecar__Sidecars__own__Command", "sleep"),
            ("Sidecar__Sidecars__own__Arguments__0", "600"));
        await system.WaitUntilReadyAsync();

        var sidecars = await system.Http.GetFromJsonAsync<JsonElement>("/api/sidecars");
        Assert.Empty(sidecars.GetProperty("sidecars").EnumerateArray());
        var newest = (await SessionsAsync(system, 60))[0];
        await using var client = await LiveClient.JoinAsync(
            new Uri($"ws://127.0.0.1:{system.Port}/ws/{newest.GetProperty("id").GetString()}"), () => string.Join('\n', system.Output));
        Assert.NotEmpty((await client.RunTurnAsync("hello")).AnswerText());
    }

    [Fact]
    public async Task Demo_WasKilled_IsSweptByTheNext()
    {
        SkipWhenPublished();
        var first = await StartAsync();
        var left = Assert.Single(Demos);
        var other = Directory.CreateDirectory(_folder["tmp", "sidecar-demo-notes"]).FullName; // not of such a name
        TestSignals.Kill(first.AppHost);
        await first.ExitAsync(Deadline);
        await WaitFor.True(() => Processes.Count == 0, Deadline, "the end of its services"); // which write there until then
        Assert.True(Directory.Exists(left));

        var second = await StartAsync();

        Assert.DoesNotContain(left, Demos);
        Assert.Equal(2, Demos.Length);
        TestSignals.Terminate(second.AppHost);
        Assert.Equal(0, await second.ExitAsync(Deadline));
        Assert.Equal([other], Demos);
    }

    [Fact]
    public async Task Demo_PortIsTaken_EndsWithoutAFolder()
    {
        SkipWhenPublished();
        var first = await StartAsync();

        var second = Launch(["--demo"], ("Sidecar__Port", $"{first.Port}"));

        Assert.Equal(1, await second.ExitAsync(Deadline));
        Assert.Contains(second.Output, line => line.Contains($"Port {first.Port} is in use", StringComparison.Ordinal));
        Assert.Single(Demos);
    }

    [Theory]
    [InlineData("--dmeo")]
    [InlineData("demo")]
    [InlineData("--Sidecar:Port")]
    public async Task Argument_Unknown_IsNamedWithWhatIsAllowed(string argument)
    {
        var system = Launch([argument]);

        Assert.Equal(1, await system.ExitAsync(Deadline));
        Assert.Equal($"The AppHost knows no argument '{argument}'; allowed are --demo and settings such as --Sidecar:Port=4000.", Assert.Single(system.Output));
    }

    [Fact]
    public async Task Demo_PublishedPrograms_SaysThatItRunsFromSource()
    {
        Assert.SkipWhen(AppHostProgram.IsBuilt, "The AppHost in the build output has the scripted agent beside it.");

        var system = Launch(["--demo"]);

        Assert.Equal(1, await system.ExitAsync(Deadline));
        Assert.Contains("from source", Assert.Single(system.Output), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (var run in Processes)
        {
            TestSignals.Kill(run);
        }

        _systems.ForEach(system => system.Dispose());
        _folder.Dispose();
    }

    private static void SkipWhenPublished() => Assert.SkipUnless(AppHostProgram.IsBuilt, "The scripted agent is not among the published programs.");

    private static async Task<JsonElement[]> SessionsAsync(RunningSystem system, int count)
    {
        JsonElement[] sessions = [];
        await WaitFor.True(
            async () =>
            {
                var answer = await system.Http.GetFromJsonAsync<JsonElement>("/api/sessions?limit=100");
                sessions = [.. answer.GetProperty("sessions").EnumerateArray()];
                return sessions.Length == count;
            },
            Deadline,
            () => $"{count} sessions; there are {sessions.Length}");
        return sessions;
    }

    private static void LeaveSessionOfOnesOwn(string config)
    {
        var project = Directory.CreateDirectory(Path.Combine(config, "projects", "-own"));
        File.WriteAllText(
            Path.Combine(project.FullName, $"{Own}.jsonl"),
            """{"type":"user","message":{"role":"user","content":"mine"},"uuid":"a","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/"}""" + "\n");
    }

    private async Task<RunningSystem> StartAsync()
    {
        var system = Launch(["--demo"]);
        await system.WaitUntilReadyAsync();
        return system;
    }

    private RunningSystem Launch(string[] arguments, params (string Name, string Value)[] environment)
    {
        var system = RunningSystem.Launch(
            AppHostProgram.Path, _folder, arguments, [("TMPDIR", _folder["tmp"]), ("FAKE_AGENT_STREAM_DELAY_MS", "0"), .. environment]);
        _systems.Add(system);
        return system;
    }
}
