using Microsoft.AspNetCore.WebUtilities;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Which part of the list is asked for. Of a name that is given twice the first counts.</summary>
/// <param name="Project">Only the rows of this project.</param>
/// <param name="Title">Only the rows whose names have all of these words.</param>
/// <param name="Ids">Only the rows of these sessions.</param>
/// <param name="Offset">How many rows are left out.</param>
/// <param name="Limit">How many rows there may be.</param>
internal readonly record struct SessionListQuery(string? Project, TitleWords? Title, IReadOnlySet<string>? Ids, int Offset, int Limit)
{
    private const int DefaultLimit = 20;
    private const int MaxIds = 200;

    /// <summary>Which rows are asked for by what they say; null for all.</summary>
    public Predicate<SessionRow>? Wanted
    {
        get
        {
            var (title, ids) = (Title, Ids);
            return title is null && ids is null ? null
                : row => (ids is null || ids.Contains(row.Id)) && (title is null || title.AreIn(row));
        }
    }

    /// <summary>Reads the query string where it is: without a project, a title and ids nothing is allocated.</summary>
    public static ApiError? Parse(HttpRequest request, out SessionListQuery query)
    {
        ReadOnlyMemory<char> project = default, title = default, limit = default, offset = default;
        HashSet<string>? ids = null;
        foreach (var parameter in new QueryStringEnumerable(request.QueryString.Value))
        {
            var name = parameter.DecodeName().Span;
            if (limit.IsEmpty && name.Equals("limit", StringComparison.OrdinalIgnoreCase))
            {
                limit = parameter.DecodeValue();
            }
            else if (offset.IsEmpty && name.Equals("offset", StringComparison.OrdinalIgnoreCase))
            {
                offset = parameter.DecodeValue();
            }
            else if (project.IsEmpty && name.Equals("project", StringComparison.OrdinalIgnoreCase))
            {
                project = parameter.DecodeValue();
            }
            else if (title.IsEmpty && name.Equals("title", StringComparison.OrdinalIgnoreCase))
            {
                title = parameter.DecodeValue();
            }
            else if (ids is null && name.Equals("ids", StringComparison.OrdinalIgnoreCase))
            {
                ids = IdsOf(parameter.DecodeValue());
            }
        }

        query = new SessionListQuery(
            project.IsEmpty ? null : project.ToString(),
            title.Length > TitleWords.MaxLength ? null : TitleWords.Of(title.Span),
            ids,
            Number(offset, 0),
            Number(limit, DefaultLimit));
        return title.Length > TitleWords.MaxLength
            ? ApiError.BadRequest($"Invalid title parameter: it has {title.Length} characters, and may have {TitleWords.MaxLength}")
            : query.Ids?.Count > MaxIds
            ? ApiError.BadRequest($"Invalid ids parameter: it has {query.Ids.Count} ids, and may have {MaxIds}")
            : query.Limit < 0
                ? ApiError.BadRequest($"Invalid limit parameter: \"{limit}\" is not a whole number from 0 on")
                : query.Offset < 0
                    ? ApiError.BadRequest($"Invalid offset parameter: \"{offset}\" is not a whole number from 0 on")
                    : null;
    }

    private static HashSet<string> IdsOf(ReadOnlyMemory<char> ids) =>
        ids.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static int Number(ReadOnlyMemory<char> text, int fallback) =>
        text.IsEmpty ? fallback : JavaScriptInteger.Parse(text.Span) ?? -1;
}
