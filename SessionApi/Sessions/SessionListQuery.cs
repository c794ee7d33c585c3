using Microsoft.AspNetCore.WebUtilities;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Which part of the list is asked for. Of a name that is given twice the first counts.</summary>
internal readonly record struct SessionListQuery(string? Project, int Offset, int Limit)
{
    private const int DefaultLimit = 20;

    /// <summary>Reads the query string where it is: without a project nothing is allocated.</summary>
    public static ApiError? Parse(HttpRequest request, out SessionListQuery query)
    {
        ReadOnlyMemory<char> project = default, limit = default, offset = default;
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
        }

        query = new SessionListQuery(project.IsEmpty ? null : project.ToString(), Number(offset, 0), Number(limit, DefaultLimit));
        return query.Limit < 0
            ? ApiError.BadRequest($"Invalid limit parameter: \"{limit}\" is not a whole number from 0 on")
            : query.Offset < 0
                ? ApiError.BadRequest($"Invalid offset parameter: \"{offset}\" is not a whole number from 0 on")
                : null;
    }

    private static int Number(ReadOnlyMemory<char> text, int fallback) =>
        text.IsEmpty ? fallback : JavaScriptInteger.Parse(text.Span) ?? -1;
}
