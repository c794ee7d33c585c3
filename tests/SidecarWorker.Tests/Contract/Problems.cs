using System.Net.Http.Json;
using System.Text;
using Sidecar.Contracts;

namespace Sidecar.Tests.SidecarWorker.Contract;

internal static class Problems
{
    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>Checks the one shape of errors and returns the sentence.</summary>
    public static async Task<string> RefusedAsync(this Task<HttpResponseMessage> answer, int status, string error)
    {
        using var response = await answer;
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync(WorkerJson.Default.WorkerProblem))!;
        Assert.Equal((status, error), (problem.Status, problem.Error));
        Assert.Equal(problem.Detail, problem.Message);
        Assert.NotEqual("", problem.Title);
        return problem.Message;
    }
}
