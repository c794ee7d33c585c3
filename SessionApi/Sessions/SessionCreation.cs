using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Repositories;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>
/// Creates sessions: a placeholder transcript in the project directory of a working directory, whose repository is brought to the branch or
/// given the worktree that was asked for. No agent is started.
/// </summary>
internal sealed class SessionCreation(TranscriptStore store, TranscriptRoot root, UserSettings settings, RepositoryLaunch repositories)
{
    public async Task<IResult> CreateAsync(JsonElement body, CancellationToken cancellationToken)
    {
        if (!JsonRequestBody.TryText(body, "workDir"u8, out var workDir))
        {
            return ApiError.BadRequest("workDir must be a string");
        }

        if (!JsonRequestBody.TryText(body, "permissionMode"u8, out var mode))
        {
            return ApiError.BadRequest($"permissionMode must be a string, one of {string.Join(", ", PermissionModes.All)}");
        }

        if (mode is not null && !PermissionModes.IsValid(mode))
        {
            return ApiError.BadRequest($"Invalid permission mode: \"{mode}\"; allowed are {string.Join(", ", PermissionModes.All)}");
        }

        if (RepositoryWish.TryParse(body, out var wish) is { } problem)
        {
            return problem;
        }

        var path = ClientPath.Absolute("workDir", workDir, root.HomeDirectory);
        var real = RealPath.Resolve(path);
        if (!Directory.Exists(real))
        {
            return File.Exists(real)
                ? ApiError.BadRequest($"workDir is not a directory: {path}", RepositoryErrors.WorkDirNotDirectory)
                : ApiError.BadRequest($"workDir does not exist: {path}", RepositoryErrors.WorkDirMissing);
        }

        // Recorded, so that the list shows it and a later change of the setting does not change this session.
        mode ??= SessionDefaults.Of(await settings.ReadAsync(cancellationToken)).PermissionMode;
        return wish is null
            ? Created(await store.CreateAsync(real, mode, cancellationToken), real)
            : await CreateInRepositoryAsync(real, mode, wish, cancellationToken);
    }

    private async Task<IResult> CreateInRepositoryAsync(string workDir, string? mode, RepositoryWish wish, CancellationToken cancellationToken)
    {
        var place = await repositories.PrepareAsync(workDir, wish, cancellationToken);
        try
        {
            return Created(await store.CreateAsync(place.WorkDir, mode, place.ToJson(), cancellationToken), place.WorkDir);
        }
        catch
        {
            await repositories.UndoAsync(place);
            throw;
        }
    }

    private static JsonHttpResult<SessionCreated> Created(string id, string workDir) => TypedResults.Json(
        new SessionCreated(id, workDir), SessionJson.Default.SessionCreated, statusCode: StatusCodes.Status201Created);
}
