using System.Text.Json;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Repositories;

/// <summary>Where in its repository a new session is to work: <c>"repository":{"branch":"main","worktree":true}</c>.</summary>
/// <param name="Branch">The branch; null for the current one.</param>
/// <param name="Worktree">Whether it gets a worktree of its own.</param>
internal sealed record RepositoryWish(string? Branch, bool Worktree)
{
    /// <summary>Reads it from the body of a request. The wish is null when there is none.</summary>
    public static ApiError? TryParse(JsonElement body, out RepositoryWish? wish)
    {
        wish = null;
        if (!body.TryGetProperty("repository"u8, out var repository) || repository.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (repository.ValueKind != JsonValueKind.Object)
        {
            return ApiError.BadRequest($"repository must be an object, not {repository.ValueKind}");
        }

        if (!JsonRequestBody.TryText(repository, "branch"u8, out var branch))
        {
            return ApiError.BadRequest("repository.branch must be a string or null");
        }

        var hasWorktree = repository.TryGetProperty("worktree"u8, out var worktree);
        if (hasWorktree && worktree.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return ApiError.BadRequest("repository.worktree must be true or false");
        }

        var ownWorktree = hasWorktree && worktree.GetBoolean();
        wish = string.IsNullOrEmpty(branch) && !ownWorktree ? null : new RepositoryWish(string.IsNullOrEmpty(branch) ? null : branch, ownWorktree);
        return null;
    }
}
