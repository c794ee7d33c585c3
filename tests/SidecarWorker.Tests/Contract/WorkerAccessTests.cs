using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SidecarWorker.Access;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>Who may command the worker. Each fails when its check is taken out of <c>WorkerGate</c>, or the gate out of Program.cs.</summary>
public sealed class WorkerAccessTests
{
    private const string Secret = "a-secret-of-this-test-0123456789";

    [Fact]
    public async Task Endpoint_AnyThatThereIs_AnswersNoBrowserNoForeignNameAndNobodyWithoutTheSecret()
    {
        await using var worker = new Worker();
        worker.WithSecret(Secret);
        var http = worker.Http;
        var open = new List<string>();
        foreach (var route in worker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment =>
                segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : Guid.Empty.ToString()));
            var isHealth = path is "/health" or "/alive";
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var name = await SendAsync(http, method, path, host: "evil.example", secret: Secret);
                using var browser = await SendAsync(http, method, path, origin: "http://localhost:3456", secret: Secret);
                using var nobody = await SendAsync(http, method, path);
                var isOpen = name.StatusCode != HttpStatusCode.Forbidden
                    || (!isHealth && browser.StatusCode != HttpStatusCode.Forbidden)
                    || (!isHealth && nobody.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden));
                if (isOpen)
                {
                    open.Add($"{method} {path}: {name.StatusCode} {browser.StatusCode} {nobody.StatusCode}");
                }
            }
        }

        Assert.Empty(open);
    }

    [Theory]
    [InlineData(Secret, HttpStatusCode.OK)]
    [InlineData("another-secret-0123456789", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task Secret_Configured_IsNeeded(string? secret, HttpStatusCode expected)
    {
        await using var worker = new Worker();
        worker.WithSecret(Secret);

        using var response = await SendAsync(worker.Http, "GET", "/v1/sessions", secret: secret);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public void Secret_NoneAndReachableFromElsewhere_IsNoStart()
    {
        var rules = new WorkerAccessOptionsValidator(new ConfigurationManager { ["urls"] = "http://0.0.0.0:3457" });

        Assert.Contains("Sidecar__WorkerSecret", rules.Validate(null, new WorkerAccessOptions()).FailureMessage, StringComparison.Ordinal);
        Assert.True(rules.Validate(null, new WorkerAccessOptions { WorkerSecret = Secret }).Succeeded);
    }

    /// <summary>Argument injection: an id of the route, or a value that looks like an option, never reaches a command line.</summary>
    [Theory]
    [InlineData("--dangerously-skip-permissions")]
    [InlineData("..%2f..%2fx")]
    [InlineData("$(touch%20x)")]
    public async Task Id_ThatIsNoUuid_StartsNothing(string id)
    {
        await using var worker = new Worker();

        using var response = await worker.Http.PostAsync(
            $"/v1/sessions/{id}/start", new StringContent($$"""{"launchId":"l","workDir":"{{worker.WorkDir}}"}""", MediaTypeHeaderValue.Parse("application/json")));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(worker.Living);
    }

    /// <summary>Shell injection: what a shell would carry out is one argument. Fails when a process is started through a shell.</summary>
    [Fact]
    public async Task Argument_WithShellText_ReachesTheProgramAsItIs()
    {
        await using var worker = new Worker();
        var session = Guid.NewGuid();
        const string Model = "x;touch${IFS}pwned;`id`|&";
        using var response = await worker.PostStartAsync(session, worker.Launch("l") with { Model = Model });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await WaitFor.True( // in the middle of exec a process shows nothing
            () => worker.Living.Any(run => ProcFs.CommandLine(run.Id).Contains(Model, StringComparison.Ordinal)), Worker.Deadline, "the argument as it is");
        Assert.False(File.Exists(Path.Combine(worker.WorkDir, "pwned")));
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, string method, string path, string? host = null, string? origin = null, string? secret = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Host = host;
        request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await http.SendAsync(request);
    }
}
