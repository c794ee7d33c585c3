using System.Text.Json;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Creates sessions: a placeholder transcript in the project directory of a working directory. No agent is started.</summary>
internal sealed class SessionCreation(TranscriptStore store, TranscriptRoot root, UserSettings settings)
{
    public async Task<IResult> CreateAsync(JsonElement body, CancellationToken cancellationToken)
    {
        if (!TryText(body, "workDir"u8, out var workDir))
        {
            return ApiError.BadRequest("workDir must be a string");
        }

        if (!TryText(body, "permissionMode"u8, out var mode))
        {
            return ApiError.BadRequest($"permissionMode must be a string, one of {string.Join(", ", PermissionModes.All)}");
        }

        if (mode is not null && !PermissionModes.IsValid(mode))
        {
            return ApiError.BadRequest($"Invalid permission mode: \"{mode}\"; allowed are {string.Join(", ", PermissionModes.All)}");
        }

        if (RepositoryProblem(body) is { } problem)
        {
            return problem;
        }

        // Relative paths start at the user's home: where the server was started says nothing about the user.
        var path = string.IsNullOrWhiteSpace(workDir) ? root.HomeDirectory : Path.GetFullPath(workDir, root.HomeDirectory);
        var real = RealPath.Resolve(path);
        if (!Directory.Exists(real))
        {
            return File.Exists(real)
                ? ApiError.BadRequest($"workDir is not a directory: {path}", "WORKDIR_NOT_DIRECTORY")
                : ApiError.BadRequest($"workDir does not exist: {path}", "WORKDIR_MISSING");
        }

        // Recorded, so that the list shows it and a later change of the setting does not change this session.
        mode ??= SessionDefaults.Of(await settings.ReadAsync(cancellationToken)).PermissionMode;
        var id = await store.CreateAsync(real, mode, cancellationToken);
        return TypedResults.Json(
            new SessionCreated(id, real), SessionJson.Default.SessionCreated, statusCode: StatusCodes.Status201Created);
    }

    private static ApiError? RepositoryProblem(JsonElement body)
    {
        if (!body.TryGetProperty("repository"u8, out var repository) || repository.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (repository.ValueKind != JsonValueKind.Object)
        {
            return ApiError.BadRequest($"repository must be an object, not {repository.ValueKind}");
        }

        if (!TryText(repository, "branch"u8, out var branch))
        {
            return ApiError.BadRequest("repository.branch must be a string or null");
        }

        var hasWorktree = repository.TryGetProperty("worktree"u8, out var worktree);
        if (hasWorktree && worktree.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return ApiError.BadRequest("repository.worktree must be true or false");
        }

        return !string.IsNullOrEmpty(branch) || (hasWorktree && worktree.GetBoolean())
            ? ApiError.BadRequest(
                "A session cannot be started on a branch or in a new worktree yet: leave out repository.branch and repository.worktree",
                "REPOSITORY_CONTEXT_ERROR")
            : null;
    }

    // Absent and null are no text; any other kind than a string is an error.
    private static bool TryText(JsonElement parent, ReadOnlySpan<byte> name, out string? text)
    {
        text = null;
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? JsonRequestBody.Text(value) : null;
        return text is not null;
    }
}
