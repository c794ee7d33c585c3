using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Workspaces;

/// <summary><c>/api/sessions/{id}/workspace</c>: what lies in a session's working directory, and what has changed there.</summary>
internal static class WorkspaceEndpoints
{
    private const string PathMeaning = "from the working directory or absolute; the working directory itself unless given.";

    /// <summary>Adds what looks into the working directories of sessions.</summary>
    public static void AddWorkspaces(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkspaceGit>();
        builder.Services.AddSingleton<WorkspaceSearch>();
    }

    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var workspace = routes.MapGroup("/api/sessions/{id}/workspace");
        workspace.MapGet("/status", Status)
            .Describe("readWorkspaceStatus", "The files of a session's working directory that have changed since the last commit.")
            .Answers(WorkspaceJson.Default.WorkspaceStatus)
            .Fails(404, 503, 504);
        workspace.MapGet("/tree", Tree)
            .Describe("listWorkspaceFolder", "What is in a folder of a session's working directory. 403 for a path that leads out of it.")
            .Query("path", "string", $"The folder, {PathMeaning}")
            .Query("showHidden", "string", "1 or true: also what begins with a dot.")
            .Answers(WorkspaceJson.Default.WorkspaceTree)
            .Fails(403, 404, 503, 504);
        workspace.MapGet("/file", Preview)
            .Describe("readWorkspaceFile", "A file of a session's working directory, its first part when it is long. 403 for a path that leads out of it.")
            .Query("path", "string", "The file, from the working directory or absolute.")
            .Answers(WorkspaceJson.Default.WorkspaceFile)
            .Fails(400, 403, 404, 503, 504);
        workspace.MapGet("/diff", Diff)
            .Describe("readWorkspaceDiff", "What has changed in a session's working directory since the last commit, as a unified diff. 403 for a path that leads out of it.")
            .Query("path", "string", $"A file or folder, {PathMeaning}")
            .Answers(WorkspaceJson.Default.WorkspaceDiff)
            .Fails(403, 404, 503, 504);
        workspace.MapGet("/search", Search)
            .Describe("searchWorkspace", "Files and folders of a session's working directory by a piece of their path, the best first. 403 for a path that leads out of it.")
            .Query("query", "string", "The piece of the path; case does not count.")
            .Query("path", "string", $"Where to look: a folder, {PathMeaning}")
            .Query("limit", "integer", $"How many, 1 to {WorkspaceSearch.MaxResults}; {WorkspaceSearch.MaxResults} unless given.")
            .Answers(WorkspaceJson.Default.WorkspaceMatches)
            .Fails(400, 403, 404, 503, 504);
    }

    internal static async Task<IResult> Status(
        string id, TranscriptStore store, FileReads files, WorkspaceGit git, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { WorkDir: var workDir })
        {
            return ApiError.SessionNotFound(id);
        }

        var real = await files.RunAsync(_ => RealDirectory(workDir), cancellationToken);
        var status = real is null ? new WorkspaceStatus(WorkspaceState.MissingWorkDir, workDir) : await git.StatusAsync(real, cancellationToken);
        return TypedResults.Json(status with { WorkDir = workDir }, WorkspaceJson.Default.WorkspaceStatus);
    }

    internal static async Task<IResult> Tree(
        string id, [FromQuery] string? path, [FromQuery] string? showHidden, TranscriptStore store, FileReads files, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        var tree = await files.RunAsync(
            token => Find(session, path) is { } found
                ? WorkspaceFolder.Read(found, FileEndpoints.IsTrue(showHidden), token)
                : new WorkspaceTree(WorkspaceState.Missing, path ?? "", []),
            cancellationToken);
        return TypedResults.Json(tree, WorkspaceJson.Default.WorkspaceTree);
    }

    internal static async Task<IResult> Preview(
        string id, [FromQuery] string? path, TranscriptStore store, FileReads files, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(path))
        {
            return ApiError.BadRequest("path (of a file) is required as a query parameter");
        }

        if (await store.FindAsync(id, cancellationToken) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        var file = await files.RunAsync(
            _ => Find(session, path) is { } found
                ? WorkspacePreview.Read(found)
                : new WorkspaceFile(WorkspaceState.Missing, path, FileLanguage.Of(path), 0),
            cancellationToken);
        return TypedResults.Json(file, WorkspaceJson.Default.WorkspaceFile);
    }

    internal static async Task<IResult> Diff(
        string id, [FromQuery] string? path, TranscriptStore store, FileReads files, WorkspaceGit git, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        var found = await files.RunAsync(_ => Find(session, path), cancellationToken);
        return TypedResults.Json(
            found is null ? new WorkspaceDiff(WorkspaceState.Missing, path ?? "") : await git.DiffAsync(found, cancellationToken),
            WorkspaceJson.Default.WorkspaceDiff);
    }

    internal static async Task<IResult> Search(
        string id,
        [FromQuery] string? query,
        [FromQuery] string? path,
        [FromQuery] string? limit,
        TranscriptStore store,
        FileReads files,
        WorkspaceSearch search,
        CancellationToken cancellationToken)
    {
        var max = string.IsNullOrEmpty(limit) ? WorkspaceSearch.MaxResults : JavaScriptInteger.Parse(limit) ?? 0;
        if (max is < 1 or > WorkspaceSearch.MaxResults)
        {
            return ApiError.BadRequest($"limit must be a whole number between 1 and {WorkspaceSearch.MaxResults}, not \"{limit}\"");
        }

        if (await store.FindAsync(id, cancellationToken) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        var folder = await files.RunAsync(_ => Find(session, path), cancellationToken);
        return TypedResults.Json(
            folder is null
                ? new WorkspaceMatches(WorkspaceState.Missing, query ?? "", [])
                : await search.FindAsync(folder, query ?? "", max, cancellationToken),
            WorkspaceJson.Default.WorkspaceMatches);
    }

    // Null: the working directory is not there. What leads out of it is refused whether it exists or not.
    private static ContainedPath? Find(TranscriptFacts session, string? path)
    {
        if (!IsDirectory(session.WorkDir))
        {
            return null;
        }

        // Files of a repository are named by others, also with line feeds.
        return ContainedPath.TryResolve(session.WorkDir, path ?? "", out var found, allowsControl: true) ? found : throw Outside(path ?? "");
    }

    private static ApiErrorException Outside(string path) => new(new ApiError(
        StatusCodes.Status403Forbidden,
        "FORBIDDEN",
        $"path must lie in the session's working directory and hold no \"..\" and no NUL: {path.Replace("\0", "\\0", StringComparison.Ordinal)}"));

    private static string? RealDirectory(string workDir) => IsDirectory(workDir) ? RealPath.Resolve(workDir) : null;

    private static bool IsDirectory(string workDir) => Path.IsPathFullyQualified(workDir) && !workDir.Contains('\0') && Directory.Exists(workDir);
}
