using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Contracts;
using Sidecar.SessionApi.Status;
using Sidecar.SessionApi.Transcripts;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;
using Sidecar.Tests.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Status;

/// <summary>What a first visit is told.</summary>
public sealed class SetupStatusTests
{
    private const string WorkerAddress = $"services:{WorkerContract.ServiceName}:http:0";

    [Fact]
    public async Task Setup_AllInPlace_IsTold()
    {
        await using var worker = await ScriptedWorker.StartAsync(context => context.Response.WriteAsJsonAsync(
            new AgentProgram("claude", null) { Searched = ["/usr/bin", "/bin"] }, WorkerJson.Default.AgentProgram));
        worker.OnlyPath = WorkerContract.Agent;
        await using var server = new SessionServer((WorkerAddress, worker.Address), ("Sidecar:Demo", "true"));
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await server.Services.GetRequiredService<SessionCatalog>().Built;

        var answer = await client.GetJsonAsync("/api/status/setup");

        var config = server.Home.Config;
        Assert.Equal(
            $$$"""{"configDir":"{{{config}}}","projectsDir":"{{{config}}}/projects","projectsDirExists":true,"configDirFrom":"CLAUDE_CONFIG_DIR","sessions":1,"agent":{"command":"claude","path":null,"searched":["/usr/bin","/bin"]},"workerReachable":true,"isDemo":true}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task Setup_NothingInPlace_IsTold()
    {
        await using var server = new SessionServer((WorkerAddress, "http://127.0.0.1:9"), ("CLAUDE_CONFIG_DIR", ""));
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync("/api/status/setup");

        var config = Path.Combine(server.Home.Base, ".claude");
        Assert.Equal(
            $$"""{"configDir":"{{config}}","projectsDir":"{{config}}/projects","projectsDirExists":false,"configDirFrom":"default","sessions":0,"agent":null,"workerReachable":false,"isDemo":false}""",
            answer.GetRawText());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("False", null)]
    [InlineData("maybe", """Sidecar:Demo is "maybe"; it must be true or false.""")]
    public void Demo_NeitherTrueNorFalse_IsRefused(string? value, string? failure) =>
        Assert.Equal(failure, new DemoOptions.Validator().Validate(null, new DemoOptions { Demo = value }).FailureMessage);
}
