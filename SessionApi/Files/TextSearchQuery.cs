using System.Text.Json;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Files;

/// <summary>What text is looked for, and where.</summary>
/// <param name="Text">A piece of a line, as it is.</param>
/// <param name="Folder">The folder; absolute.</param>
/// <param name="MaxResults">How many lines are wanted.</param>
/// <param name="Files">Which files count; null for all.</param>
/// <param name="IsCaseSensitive">Whether case counts.</param>
internal sealed record TextSearchQuery(string Text, string Folder, int MaxResults, GlobPattern? Files, bool IsCaseSensitive)
{
    public const int DefaultResults = 200;
    public const int MostResults = 1000;
    public const int MaxTextLength = 1000;

    /// <summary>Reads <c>{query,cwd?,maxResults?,glob?,caseSensitive?}</c>.</summary>
    public static ApiError? TryParse(JsonElement body, string home, out TextSearchQuery? query)
    {
        query = null;
        if (!JsonRequestBody.TryText(body, "query"u8, out var text) || string.IsNullOrWhiteSpace(text))
        {
            return ApiError.BadRequest("query (a string) is required in the request body and must not be empty");
        }

        // A line holds no line feed, and a file with a NUL is not searched.
        if (text.Length > MaxTextLength || text.AsSpan().ContainsAny("\n\r\0"))
        {
            return ApiError.BadRequest($"query must be a piece of one line, at most {MaxTextLength} characters without NUL");
        }

        if (!JsonRequestBody.TryText(body, "cwd"u8, out var folder))
        {
            return ApiError.BadRequest("cwd must be a string");
        }

        var max = DefaultResults;
        if (body.TryGetProperty("maxResults"u8, out var wanted) && wanted.ValueKind != JsonValueKind.Null
            && (wanted.ValueKind != JsonValueKind.Number || !wanted.TryGetInt32(out max) || max is < 1 or > MostResults))
        {
            return ApiError.BadRequest($"maxResults must be a whole number between 1 and {MostResults}, not {wanted.GetRawText()}");
        }

        var sensitive = false;
        if (body.TryGetProperty("caseSensitive"u8, out var flag) && flag.ValueKind != JsonValueKind.Null)
        {
            if (flag.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                return ApiError.BadRequest("caseSensitive must be true or false");
            }

            sensitive = flag.GetBoolean();
        }

        GlobPattern? files = null;
        if (!JsonRequestBody.TryText(body, "glob"u8, out var glob)
            || (!string.IsNullOrEmpty(glob) && (files = GlobPattern.Parse(glob)) is null))
        {
            return ApiError.BadRequest($"glob must be a pattern such as *.cs or src/**/*.{{ts,tsx}}, at most {GlobPattern.MaxLength} characters");
        }

        query = new TextSearchQuery(text, ClientPath.Absolute("cwd", folder, home), max, files, sensitive);
        return null;
    }
}

/// <param name="File">The file, from the folder that was searched, with slashes.</param>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Text">The line; of a long one the part around the match.</param>
internal sealed record TextMatch(string File, int Line, string Text);

/// <param name="Results">By file in the order of their paths, then by line.</param>
/// <param name="Total">How many there are here.</param>
internal sealed record TextMatches(IReadOnlyList<TextMatch> Results, int Total)
{
    /// <summary>Whether there are more, or the time was up.</summary>
    public bool? Truncated { get; init; }
}
