using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Git;

/// <summary>How git is run (section <c>Sidecar:Git</c>).</summary>
internal sealed class GitOptions
{
    public const string Section = "Sidecar:Git";

    /// <summary>The program: a path, or a name on <c>PATH</c>.</summary>
    /// <value>The default value is <c>git</c>.</value>
    public string Command { get; set; } = "git";

    /// <summary>How long a look at a session's branch and changes may take.</summary>
    /// <value>The default value is 3 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan InfoTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The same for the workspace panel: status, diff, list of files.</summary>
    /// <value>The default value is 5 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan WorkspaceTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The same for what precedes a session: the repository's branches, a switch, a new branch.</summary>
    /// <value>The default value is 10 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:10:00")]
    public TimeSpan LaunchTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The same for making a worktree, which writes all files of the repository.</summary>
    /// <value>The default value is 1 minute.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan WorktreeTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How much of one answer of git is read.</summary>
    /// <value>The default value is 2 MiB.</value>
    [NumberRange(Section, 64 * 1024, 64 * 1024 * 1024)]
    public long MaxOutputBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>How many run at once; further ones wait within their deadline.</summary>
    /// <value>The default value is 8.</value>
    [NumberRange(Section, 1, 256)]
    public int MaxProcesses { get; set; } = 8;

    /// <summary>How many may wait; a further one is refused.</summary>
    /// <value>The default value is 256.</value>
    [NumberRange(Section, 0, 100_000)]
    public int MaxWaiting { get; set; } = 256;
}

[OptionsValidator]
internal sealed partial class GitOptionsValidator : IValidateOptions<GitOptions>;
