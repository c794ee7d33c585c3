using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Git;

/// <summary>The files that git knows or would take, so none that it is told to ignore.</summary>
internal sealed class GitFiles(GitRunner git, IOptions<GitOptions> options)
{
    /// <summary>Those below a folder.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Paths from the folder, with slashes, and whether there are more; null when git does not tell: outside a repository.</returns>
    public async Task<(IReadOnlyList<string> Paths, bool IsCut)?> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync(
            folder,
            options.Value.WorkspaceTimeout,
            ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ".", $":(top,exclude,literal){GitStatus.WorktreesFolder}"],
            cancellationToken);
        // A folder in a submodule's place is named with a slash at its end, or without one; it is no file.
        return answer.Succeeded ? ([.. answer.Records.Where(path => !path.EndsWith('/'))], answer.IsCut) : null;
    }
}
