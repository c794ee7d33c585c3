namespace Sidecar.SessionApi.Repositories;

/// <summary>The codes by which clients tell people why a session cannot be started in a repository as they wish.</summary>
internal static class RepositoryErrors
{
    public const string WorkDirMissing = "WORKDIR_MISSING";
    public const string WorkDirNotDirectory = "WORKDIR_NOT_DIRECTORY";
    public const string NotGit = "REPOSITORY_NOT_GIT";
    public const string BranchNotFound = "REPOSITORY_BRANCH_NOT_FOUND";
    public const string DirtyWorktree = "REPOSITORY_DIRTY_WORKTREE";
    public const string BranchCheckedOut = "REPOSITORY_BRANCH_CHECKED_OUT";
    public const string WorktreeCreateFailed = "REPOSITORY_WORKTREE_CREATE_FAILED";
    public const string SwitchFailed = "REPOSITORY_SWITCH_FAILED";
    public const string BranchNameInvalid = "REPOSITORY_BRANCH_NAME_INVALID";
    public const string BranchExists = "REPOSITORY_BRANCH_EXISTS";
    public const string BranchCreateFailed = "REPOSITORY_BRANCH_CREATE_FAILED";
    public const string NoCommits = "REPOSITORY_NO_COMMITS";
    public const string ContextError = "REPOSITORY_CONTEXT_ERROR";
}
