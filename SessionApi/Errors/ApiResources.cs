namespace Sidecar.SessionApi.Errors;

/// <summary>Which resources exist under <c>/api</c>: told apart are an unknown resource and an unknown path of a known one.</summary>
internal sealed class ApiResources(EndpointDataSource endpoints)
{
    private readonly Lazy<HashSet<string>> _known = new(() => endpoints.Endpoints
        .OfType<RouteEndpoint>()
        .Select(endpoint => Segments(endpoint.RoutePattern.RawText ?? ""))
        .Where(segments => segments is ["api", _, ..])
        .Select(segments => segments[1])
        .ToHashSet(StringComparer.OrdinalIgnoreCase));

    public ApiError NotFound(PathString path)
    {
        var segments = Segments(path.Value ?? "");
        var resource = segments.Length > 1 ? segments[1] : "";
        return ApiError.NotFound(_known.Value.Contains(resource) ? $"No such path: {path}" : $"Unknown API resource: {resource}");
    }

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
