using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Files;

/// <summary><c>/api/filesystem/browse</c> and <c>/api/search</c>: folders of this machine, for a person who looks for one or for something in it.</summary>
internal static class FileEndpoints
{
    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/filesystem/browse", Browse)
            .Describe("browseFolder", "What is in a folder of this machine, or below it by a piece of its name.")
            .Query("path", "string", "The folder, an absolute path; the home directory unless given.")
            .Query("search", "string", "A piece of the names that are wanted, in the folder and below.")
            .Query("includeFiles", "string", "1 or true: also files, not only folders.")
            .Query("showHidden", "string", "1 or true: also what begins with a dot.")
            .Query(
                "maxResults",
                "integer",
                $"How many, 1 to {FolderBrowser.MaxResults}; unless given {FolderBrowser.DefaultResults}, with search {FolderBrowser.DefaultSearchResults}.")
            .Answers(FileJson.Default.FolderListing)
            .Fails(400, 403, 404, 503, 504);
        routes.MapPost("/api/search", Search)
            .Describe(
                "searchFiles",
                "The lines below the folder {cwd}, the home directory unless given, that hold the text {query}. {glob} chooses files, {caseSensitive} is false unless given, "
                + $"{{maxResults}} is 1 to {TextSearchQuery.MostResults}, {TextSearchQuery.DefaultResults} unless given.")
            .Answers(FileJson.Default.TextMatches)
            .Fails(400, 404, 413, 503, 504);
    }

    internal static async Task<IResult> Browse(
        [FromQuery] string? path,
        [FromQuery] string? search,
        [FromQuery] string? includeFiles,
        [FromQuery] string? showHidden,
        [FromQuery] string? maxResults,
        FolderBrowser browser,
        TranscriptRoot root,
        CancellationToken cancellationToken)
    {
        var wanted = string.IsNullOrEmpty(maxResults)
            ? search is null ? FolderBrowser.DefaultResults : FolderBrowser.DefaultSearchResults
            : JavaScriptInteger.Parse(maxResults) ?? 0;
        if (wanted is < 1 or > FolderBrowser.MaxResults)
        {
            return ApiError.BadRequest($"maxResults must be a whole number between 1 and {FolderBrowser.MaxResults}, not \"{maxResults}\"");
        }

        var query = new FolderQuery(search, IsTrue(includeFiles), IsTrue(showHidden), wanted);
        return TypedResults.Json(
            await browser.ReadAsync(ClientPath.Absolute("path", path, root.HomeDirectory), query, cancellationToken), FileJson.Default.FolderListing);
    }

    internal static async Task<IResult> Search(HttpRequest request, TextSearch search, TranscriptRoot root, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        return TextSearchQuery.TryParse(body.Root, root.HomeDirectory, out var query) is { } error
            ? error
            : TypedResults.Json(await search.SearchAsync(query!, cancellationToken), FileJson.Default.TextMatches);
    }

    /// <summary>Whether a parameter of a query string says yes.</summary>
    public static bool IsTrue(string? value) => value is "true" or "1";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FolderListing))]
[JsonSerializable(typeof(TextMatches))]
internal sealed partial class FileJson : JsonSerializerContext;
