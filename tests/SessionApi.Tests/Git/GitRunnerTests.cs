using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Programs;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Git;

public sealed class GitRunnerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task Run_ProgramHangs_IsEndedAtTheDeadlineWithItsTree()
    {
        // Neither heeds a request to end, and the second is nobody's child any more.
        using var program = new ScriptedProgram("""trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done""");
        var runner = Create(program.Path);
        var started = TimeProvider.System.GetTimestamp();

        var answer = await runner.RunAsync("/", TimeSpan.FromMilliseconds(300), ["status"], CancellationToken.None);

        Assert.Equal(ProgramEnd.TimedOut, answer.Outcome.End);
        Assert.False(answer.Succeeded);
        Assert.Contains("in time", answer.Problem, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromMilliseconds(300), Patience);
        Assert.Empty(program.Processes());
    }

    [Fact]
    public async Task Run_ClientLeaves_IsEnded()
    {
        using var program = new ScriptedProgram("""touch "$(dirname "$0")/started"; exec sleep 60""");
        var runner = Create(program.Path);
        using var client = new CancellationTokenSource();

        var running = runner.RunAsync("/", TimeSpan.FromMinutes(1), ["status"], client.Token);
        await WaitFor.True(() => File.Exists(program["started"]), Patience, "the start of the program");
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(program.Processes());
    }

    [Fact]
    public async Task Run_LeavesAProcessBehind_IsSwept()
    {
        using var program = new ScriptedProgram("sleep 60 & echo $!");

        var answer = await Create(program.Path).RunAsync("/", Patience, ["status"], CancellationToken.None);

        Assert.True(answer.Succeeded);
        Assert.Null(ProcFs.Find(int.Parse(answer.Line, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Run_FloodsItsOutput_IsCutAndEnded()
    {
        using var program = new ScriptedProgram("""exec yes "$0" """);

        var answer = await Create(program.Path, options => options.MaxOutputBytes = 100_000).RunAsync("/", Patience, ["status"], CancellationToken.None);

        Assert.True(answer.IsCut);
        Assert.Equal(100_000, answer.Output.Length);
        Assert.Empty(program.Processes());
    }

    [Fact]
    public async Task Run_TooManyAtOnce_WaitAndThenAreRefused()
    {
        using var program = new ScriptedProgram("""touch "$(dirname "$0")/started"; while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done""");
        var bounds = new BoundRegistry(_services.GetRequiredService<IMeterFactory>());
        var runner = Create(program.Path, options => (options.MaxProcesses, options.MaxWaiting) = (1, 1), bounds);

        var running = runner.RunAsync("/", Patience, ["status"], CancellationToken.None);
        await WaitFor.True(() => File.Exists(program["started"]), Patience, "the start of the program");
        var waiting = runner.RunAsync("/", Patience, ["status"], CancellationToken.None);
        await WaitFor.True(() => Used("git.waiting") == 1, Patience, "one that waits");
        var refused = await Assert.ThrowsAsync<ApiErrorException>(() => runner.RunAsync("/", Patience, ["status"], CancellationToken.None));

        Assert.Equal((503, "BUSY"), (refused.Error.Status, refused.Error.Code));
        Assert.Equal(1, Used("git.processes"));
        await File.WriteAllTextAsync(program["go"], "");
        Assert.True((await running).Succeeded && (await waiting).Succeeded);
        Assert.Equal((0, 0), (Used("git.processes"), Used("git.waiting")));

        long Used(string name) => bounds.All.Single(bound => bound.Name == name).Used;
    }

    [Fact]
    public async Task Run_WaitsLongerThanItsDeadline_TimesOut()
    {
        using var program = new ScriptedProgram("""touch "$(dirname "$0")/started"; exec sleep 60""");
        var runner = Create(program.Path, options => options.MaxProcesses = 1);
        using var client = new CancellationTokenSource();
        var running = runner.RunAsync("/", TimeSpan.FromMinutes(1), ["status"], client.Token);
        await WaitFor.True(() => File.Exists(program["started"]), Patience, "the start of the program");

        var answer = await runner.RunAsync("/", TimeSpan.FromMilliseconds(100), ["status"], CancellationToken.None);

        Assert.Equal(ProgramEnd.TimedOut, answer.Outcome.End);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Compare_RepositoryNamesPrograms_NoneOfThemRuns()
    {
        using var repository = new TestRepository();
        using var program = new ScriptedProgram("""touch "$(dirname "$0")/ran"; cat""");
        repository.Write(".gitattributes", "* filter=x diff=x\n");
        repository.Commit("attributes");
        repository.Write("readme.txt", "changed\n");
        foreach (var setting in new[]
        {
            "core.fsmonitor", "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean", "filter.x.smudge", "core.pager", "core.sshCommand",
        })
        {
            repository.Git("config", setting, program.Path);
        }

        repository.Git("config", "filter.x.required", "true");
        ScriptedProgram.MakeExecutable(repository.Write(".git/hooks/post-index-change", $"#!/bin/sh\n{program.Path}\n"));
        File.Delete(program["ran"]);
        var runner = Create("git");

        var status = await runner.CompareAsync(repository.Path, Patience, GitStatus.Arguments("all"), CancellationToken.None);
        var diff = await runner.CompareAsync(
            repository.Path, Patience, ["diff", "--no-ext-diff", "--no-textconv", "HEAD", "--"], CancellationToken.None);

        Assert.True(status.Succeeded, status.Problem);
        Assert.Equal(["readme.txt"], GitStatus.Parse(status).Changes.Select(change => change.Path));
        Assert.Contains("+changed", diff.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(program["ran"]));
    }

    [Fact]
    public async Task Compare_PersonsOwnFilter_IsUsed()
    {
        using var repository = new TestRepository();
        using var program = new ScriptedProgram("""touch "$(dirname "$0")/ran"; cat""");
        repository.Write(".gitattributes", "* filter=mine\n");
        repository.Write("readme.txt", "changed\n");
        var settings = repository.Beside("gitconfig");
        await File.WriteAllTextAsync(settings, $"[filter \"mine\"]\n\tclean = {program.Path}\n");
        // Other tests may see it meanwhile; a filter without files that ask for it does nothing.
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", settings);
        try
        {
            Assert.True((await Create("git").CompareAsync(repository.Path, Patience, GitStatus.Arguments("all"), CancellationToken.None)).Succeeded);
        }
        finally
        {
            Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", "/dev/null");
        }

        Assert.True(File.Exists(program["ran"]));
    }

    public void Dispose() => _services.Dispose();

    private GitRunner Create(string command, Action<GitOptions>? configure = null, BoundRegistry? bounds = null)
    {
        var options = new GitOptions { Command = command };
        configure?.Invoke(options);
        return new GitRunner(
            new ProgramRunner(TimeProvider.System),
            Options.Create(options),
            bounds ?? new BoundRegistry(_services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System);
    }
}
