using System.Text.Json.Serialization;

namespace Sidecar.SessionApi.Repositories;

/// <summary>What a folder is to git, as a person needs it who is about to start a session there.</summary>
/// <param name="State"><c>ok</c>, <c>not_git_repo</c>, <c>missing_workdir</c> or <c>error</c>; with all but the first nothing else is known.</param>
/// <param name="WorkDir">The folder, with every link followed.</param>
internal sealed record RepositoryContext(string State, string WorkDir)
{
    public const string Ok = "ok";
    public const string NotGitRepo = "not_git_repo";
    public const string MissingWorkDir = "missing_workdir";
    public const string Failed = "error";

    /// <summary>The root of the work tree that the folder is in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? RepoRoot { get; init; }

    /// <summary>The name of the folder of <see cref="MainRoot"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? RepoName { get; init; }

    /// <summary>The branch that is checked out; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? CurrentBranch { get; init; }

    /// <summary>What the remote calls its main branch, else <c>main</c> or <c>master</c>, else the current one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DefaultBranch { get; init; }

    /// <summary>The commit that is checked out; absent before the first one.</summary>
    public string? HeadCommit { get; init; }

    /// <summary>Whether anything is changed or untracked.</summary>
    public bool Dirty { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RepositoryBranch> Branches { get; init; } = [];

    /// <summary>The main one first.</summary>
    public IReadOnlyList<RepositoryWorktree> Worktrees { get; init; } = [];

    /// <summary>Whether there are more branches than are named.</summary>
    public bool? Truncated { get; init; }

    /// <summary>Why it is not known.</summary>
    public string? Error { get; init; }

    /// <summary>The root of the main work tree; that of this one where a bare repository has them.</summary>
    [JsonIgnore]
    public string? MainRoot { get; init; }
}

/// <param name="Name">Without the remote.</param>
/// <param name="Current">Whether the folder is on it.</param>
/// <param name="Local">Whether the repository has it.</param>
/// <param name="Remote">Whether a remote has it.</param>
/// <param name="RemoteRef">Such as <c>origin/main</c>.</param>
/// <param name="CheckedOut">Whether any work tree is on it.</param>
/// <param name="WorktreePath">Which one.</param>
/// <param name="Commit">What it stands at; the repository's own branch counts.</param>
internal sealed record RepositoryBranch(
    string Name, bool Current, bool Local, bool Remote, string? RemoteRef, bool CheckedOut, string? WorktreePath, string? Commit);

/// <param name="Path">Its folder.</param>
/// <param name="Branch">The branch that it is on; null for none.</param>
/// <param name="Current">Whether the folder that was asked for is in it.</param>
internal sealed record RepositoryWorktree(string Path, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Branch, bool Current);
