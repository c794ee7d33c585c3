using System.Buffers;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Programs;
using Sidecar.Supervision.Containment;

namespace Sidecar.SessionApi.Git;

/// <summary>
/// Runs git for an answer: contained, within a deadline, with capped output, at most so many at once. Callers see to it that what comes from a
/// client is no option: a branch has passed <see cref="GitBranchName"/>, a path stands behind <c>--</c> as <c>:(literal)</c>.
/// </summary>
internal sealed class GitRunner(ProgramRunner programs, IOptions<GitOptions> options, BoundRegistry bounds, TimeProvider time)
{
    private readonly ProgramSlots _slots = new(
        bounds.Add("git.processes", "{process}", "Runs of git that go on.", options.Value.MaxProcesses),
        bounds.Add("git.waiting", "{request}", "Runs of git that wait for their turn.", options.Value.MaxWaiting));

    /// <summary>Runs a command that reads or writes the repository itself, not the contents of files in its work tree.</summary>
    /// <param name="directory">An absolute path: where git begins to look for the repository.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<GitAnswer> RunAsync(string directory, TimeSpan deadline, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(directory, deadline, [], arguments, cancellationToken);

    /// <summary>
    /// Runs a command that compares files of the work tree. The filters (programs that files are sent through) of the person's own configuration
    /// are used; those that the repository itself names are not, for a look at a folder must not run what lies in it.
    /// </summary>
    /// <inheritdoc cref="RunAsync(string, TimeSpan, IReadOnlyList{string}, CancellationToken)"/>
    public async Task<GitAnswer> CompareAsync(
        string directory, TimeSpan deadline, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await CompareAllAsync(directory, deadline, [arguments], cancellationToken))[0];

    /// <summary>Runs several such commands at once, and answers them in their order.</summary>
    public async Task<IReadOnlyList<GitAnswer>> CompareAllAsync(
        string directory, TimeSpan deadline, IReadOnlyList<IReadOnlyList<string>> commands, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        // scope NUL key NUL; it ends with 1 when there are none.
        var found = await RunAsync(
            directory, deadline, ["config", "--show-scope", "--includes", "--null", "--name-only", "--get-regexp", @"^filter\."], cancellationToken);
        if (found.Outcome.End != ProgramEnd.Exited)
        {
            var failed = found.IsCut
                ? new GitAnswer(new ProgramOutcome(ProgramEnd.NotStarted, -1, "its configuration names too many filters"), default)
                : found;
            return [.. commands.Select(_ => failed)];
        }

        var without = found.Records.Chunk(2)
            .Where(pair => pair is ["local" or "worktree", _])
            .Select(pair => pair[1][..pair[1].LastIndexOf('.')])
            .Distinct(StringComparer.Ordinal)
            .SelectMany(filter => new[] { ($"{filter}.clean", ""), ($"{filter}.smudge", ""), ($"{filter}.process", ""), ($"{filter}.required", "false") })
            .ToList();
        var left = Left(deadline, started);
        return await Task.WhenAll(commands.Select(arguments => RunAsync(directory, left, without, arguments, cancellationToken)));
    }

    private TimeSpan Left(TimeSpan deadline, long started) =>
        deadline - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);

    private async Task<GitAnswer> RunAsync(
        string directory,
        TimeSpan deadline,
        IReadOnlyList<(string Name, string Value)> settings,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        if (ExecutablePath.Find(options.Value.Command, Environment.GetEnvironmentVariable("PATH")) is not { } program)
        {
            return new GitAnswer(new ProgramOutcome(ProgramEnd.NotStarted, -1, $"{options.Value.Command} was not found"), default);
        }

        var output = new ArrayBufferWriter<byte>();
        var run = new ProgramRun
        {
            FileName = program,
            // The directory is entered by git, not by us: on a drive that hangs it is git that hangs, and is killed.
            Arguments = ["-C", directory, "--no-pager", .. arguments],
            WorkingDirectory = Path.GetPathRoot(directory) ?? Path.DirectorySeparatorChar.ToString(),
            Environment = GitEnvironment.With(settings),
            Deadline = deadline,
        };
        return new GitAnswer(await programs.RunAsync(run, _slots, Take, cancellationToken), output.WrittenMemory);

        bool Take(ReadOnlySpan<byte> piece)
        {
            var room = options.Value.MaxOutputBytes - output.WrittenCount;
            output.Write(piece[..(int)Math.Min(piece.Length, room)]);
            return piece.Length <= room;
        }
    }
}
