using System.Net.Http.Json;
using System.Text.Json;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>A route of the running server.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">With <c>{names}</c> where values belong.</param>
/// <param name="Query">The names of its query parameters.</param>
internal sealed record FuzzRoute(string Method, string Path, IReadOnlyList<string> Query);

/// <summary>The routes, as the server describes itself.</summary>
internal static class FuzzRoutes
{
    public static async Task<IReadOnlyList<FuzzRoute>> ReadAsync(HttpClient http)
    {
        var document = await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where operation.Value.ValueKind == JsonValueKind.Object
               select new FuzzRoute(operation.Name.ToUpperInvariant(), path.Name, QueryOf(operation.Value)),
        ];
    }

    private static List<string> QueryOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query").Select(parameter => parameter.GetProperty("name").GetString()!)]
        : [];
}
