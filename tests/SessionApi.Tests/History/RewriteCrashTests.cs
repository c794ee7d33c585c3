using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.SessionApi.History.Files;
using Sidecar.Tests.SessionApi.Transcripts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.History;

/// <summary>A real process is killed between any two steps of an operation that rewrites a session. Afterwards all is as before, or all is done.</summary>
public sealed class RewriteCrashTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TranscriptHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("FilesKept", 1, false)]
    [InlineData("FileRestored", 1, false)]
    [InlineData("FileRestored", 2, false)]
    [InlineData("FileRestored", 3, false)]
    [InlineData("Written", 1, false)]
    [InlineData("Flushed", 1, false)]
    [InlineData("Replaced", 1, true)]
    public async Task Rewind_KilledAtAStep_LosesNothing(string step, int count, bool isDone)
    {
        var (talk, target) = Talk();
        var transcript = File.ReadAllText(talk.Path);

        await KillAtAsync(step, count, "rewind", talk.Id, target);
        await RecoverAsync();

        Assert.Equal(isDone ? "old\n" : "new\n", File.ReadAllText(talk.Work("changed.txt")));
        Assert.Equal(!isDone, File.Exists(talk.Work("made.txt")));
        Assert.Equal(isDone, File.Exists(talk.Work("removed.txt")));
        Assert.Equal(isDone, File.ReadAllText(talk.Path) != transcript);
        Assert.Equal(isDone ? 0 : 4, (await _home.Store.FindAsync(talk.Id, CancellationToken.None))!.MessageCount);
        Assert.Contains("session-meta", File.ReadAllText(talk.Path), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_home.WorkDir), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_home.Config, "sidecar", "rewinds")));
    }

    [Fact]
    public async Task Rewind_KilledAndAFileChangedSince_KeepsBothContents()
    {
        var (talk, target) = Talk();
        await KillAtAsync("FileRestored", 3, "rewind", talk.Id, target);
        File.WriteAllText(talk.Work("changed.txt"), "by hand\n");

        await RecoverAsync();
        await RecoverAsync();

        Assert.Equal("by hand\n", File.ReadAllText(talk.Work("changed.txt")));
        Assert.True(File.Exists(talk.Work("made.txt"))); // the others are back
        var left = Assert.Single(Directory.GetDirectories(Path.Combine(_home.Config, "sidecar", "rewinds")));
        Assert.Contains("new\n", Directory.GetFiles(left).Select(File.ReadAllText));
    }

    [Theory]
    [InlineData("Written", false)]
    [InlineData("Flushed", false)]
    [InlineData("Replaced", true)]
    public async Task Clear_KilledAtAStep_IsAllOrNothing(string step, bool isDone)
    {
        var (talk, _) = Talk();
        var transcript = File.ReadAllText(talk.Path);

        await KillAtAsync(step, 1, "clear", talk.Id, "-");

        Assert.Equal(isDone, File.ReadAllText(talk.Path) != transcript);
        Assert.Equal(isDone ? 0 : 4, (await _home.Store.FindAsync(talk.Id, CancellationToken.None))!.MessageCount);
        Assert.True(await _home.Store.ClearAsync(talk.Id, uuid: null, CancellationToken.None)); // what was left is in nobody's way
        Assert.Equal([talk.Path], Directory.GetFiles(_home.Project));
    }

    [Theory]
    [InlineData("Written", 1)]
    [InlineData("Flushed", 1)]
    [InlineData("Replaced", 2)]
    public async Task Branch_KilledAtAStep_IsThereWholeOrNotAtAll(string step, int sessions)
    {
        var (talk, target) = Talk();
        var transcript = File.ReadAllText(talk.Path);

        await KillAtAsync(step, 1, "branch", talk.Id, target);

        var rows = await _home.ScanAsync();
        Assert.Equal(sessions, rows.Count);
        Assert.Equal(transcript, File.ReadAllText(talk.Path));
        Assert.All(rows.Where(row => row.Id != talk.Id), row => Assert.Equal("first (Branch)", row.Title));
    }

    [Fact]
    public async Task Rewind_TranscriptLargerThanTheHeapMayBe_IsCopiedAllTheSame()
    {
        var talk = new Conversation(_home).Meta();
        talk.Say("first");
        for (var i = 0; i < 12; i++)
        {
            talk.Answer(new string('x', 8 * 1024 * 1024));
        }

        var target = talk.Say("second");
        talk.Answer("gone");
        talk.Save();

        await RunAsync("done", "FilesKept", 1, "rewind", talk.Id, target, ("DOTNET_GCHeapHardLimit", "0x3000000")); // 48 MiB

        Assert.Equal(13, (await _home.Store.FindAsync(talk.Id, CancellationToken.None))!.MessageCount);
        Assert.InRange(new FileInfo(talk.Path).Length, 96L * 1024 * 1024, 97L * 1024 * 1024);
    }

    // Three files: one that was changed, one that was made and one that was removed.
    private (Conversation Talk, string Target) Talk()
    {
        var talk = new Conversation(_home).Meta();
        File.WriteAllText(talk.Work("changed.txt"), "old\n");
        File.WriteAllText(talk.Work("removed.txt"), "removed\n");
        var target = talk.Say("first");
        talk.Write(target, "changed.txt", "new\n");
        talk.Write(target, "made.txt", "made\n");
        talk.Write(target, "removed.txt", null);
        talk.Save();
        return (talk, target);
    }

    private async Task RecoverAsync() =>
        await new RestoreRecovery(_home.Root, _home.Discovery, NullLogger<RestoreRecovery>.Instance).RecoverAsync(CancellationToken.None);

    private Task KillAtAsync(string step, int count, string operation, string session, string message) =>
        RunAsync("reached", step, count, operation, session, message);

    private async Task RunAsync(
        string until, string step, int count, string operation, string session, string message, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(TestPrograms.RewriteProgram) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _home.Base };
        foreach (var argument in new[] { operation, session, message, step, $"{count}" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CLAUDE_CONFIG_DIR"] = _home.Config;
        start.Environment["HOME"] = _home.Base;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var run = ProcFs.Find(process.Id) ?? default;
        try
        {
            Assert.Equal(until, await process.StandardOutput.ReadLineAsync().WaitAsync(Deadline, TimeProvider.System));
        }
        finally
        {
            TestSignals.Kill(run);
            await process.WaitForExitAsync().WaitAsync(Deadline, TimeProvider.System);
        }
    }
}
