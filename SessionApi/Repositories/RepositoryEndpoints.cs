using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Repositories;

/// <summary>The folders and repositories that sessions are started in, and where a session's own stands.</summary>
internal static class RepositoryEndpoints
{
    /// <summary>Adds what looks into repositories and prepares them for sessions.</summary>
    public static void AddRepositories(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RepositoryReader>();
        builder.Services.AddSingleton<RepositoryBranches>();
        builder.Services.AddSingleton<RepositoryWorktrees>();
        builder.Services.AddSingleton<RepositoryLaunch>();
        builder.Services.AddSingleton<RecentProjects>();
        builder.Services.AddSingleton<SessionGitInfoReader>();
    }

    public static void MapRepositories(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/sessions");
        sessions.MapGet("/recent-projects", ListRecent)
            .Describe("listRecentProjects", "The folders of the newest sessions, each once, newest first.")
            .Query("limit", "integer", $"How many, 1 to {RecentProjects.MaxLimit}; {RecentProjects.DefaultLimit} unless given. What is outside is as near as it may be.")
            .Answers(ProjectJson.Default.RecentProjectList);
        sessions.MapGet("/repository-context", FindContext)
            .Describe("readRepositoryContext", "The repository that a folder is in: its branches, its work trees and whether something is not committed.")
            .Query("workDir", "string", "The folder; an absolute path.")
            .Answers(RepositoryJson.Default.RepositoryContext)
            .Fails(400, 503, 504);
        sessions.MapPost("/repository-branch", CreateBranch)
            .Describe("createRepositoryBranch", "Makes the branch {name} in the repository of {workDir}, at {from} or at its default branch, without switching to it.")
            .Answers(RepositoryJson.Default.RepositoryBranchCreated, StatusCodes.Status201Created)
            .Fails(400, 413, 503);
        sessions.MapGet("/{id}/git-info", FindGitInfo)
            .Describe("readGitInfo", "The branch, the repository and the work tree that a session is in, and how many files have changed there.")
            .Answers(ProjectJson.Default.SessionGitInfo)
            .Fails(404, 503);
    }

    internal static async Task<IResult> ListRecent([FromQuery] string? limit, RecentProjects projects, CancellationToken cancellationToken)
    {
        // A limit that is no number is the default, as one that is missing; what is too small or too large is as near as it may be.
        var wanted = Math.Clamp(JavaScriptInteger.Parse(limit) ?? RecentProjects.DefaultLimit, 1, RecentProjects.MaxLimit);
        return TypedResults.Json(await projects.ReadAsync(wanted, cancellationToken), ProjectJson.Default.RecentProjectList);
    }

    internal static async Task<IResult> FindContext(
        [FromQuery] string? workDir, RepositoryReader reader, TranscriptRoot root, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(workDir)
            ? ApiError.BadRequest("workDir (an absolute path) is required as a query parameter")
            : TypedResults.Json(
                await reader.ReadAsync(ClientPath.Absolute("workDir", workDir, root.HomeDirectory), cancellationToken),
                RepositoryJson.Default.RepositoryContext);

    internal static async Task<IResult> CreateBranch(
        HttpRequest request, RepositoryBranches branches, TranscriptRoot root, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (!JsonRequestBody.TryText(body.Root, "workDir"u8, out var workDir) || string.IsNullOrWhiteSpace(workDir))
        {
            return ApiError.BadRequest("workDir (a string) is required in the request body and must not be empty");
        }

        if (!JsonRequestBody.TryText(body.Root, "name"u8, out var name) || string.IsNullOrEmpty(name))
        {
            return ApiError.BadRequest("name (a string) is required in the request body and must not be empty", RepositoryErrors.BranchNameInvalid);
        }

        if (!JsonRequestBody.TryText(body.Root, "from"u8, out var from))
        {
            return ApiError.BadRequest("from must be a string or null");
        }

        var path = ClientPath.Absolute("workDir", workDir, root.HomeDirectory);
        var created = await branches.CreateAsync(path, name, string.IsNullOrEmpty(from) ? null : from, cancellationToken);
        return TypedResults.Json(created, RepositoryJson.Default.RepositoryBranchCreated, statusCode: StatusCodes.Status201Created);
    }

    internal static async Task<IResult> FindGitInfo(
        string id, TranscriptStore store, SessionGitInfoReader reader, CancellationToken cancellationToken) =>
        await store.FindRowAsync(id, cancellationToken) is { } session
            ? TypedResults.Json(await reader.ReadAsync(session, cancellationToken), ProjectJson.Default.SessionGitInfo)
            : ApiError.SessionNotFound(id);
}
