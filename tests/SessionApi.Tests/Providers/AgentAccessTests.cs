using Microsoft.AspNetCore.Http;
using Sidecar.Contracts;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Providers;

public sealed class AgentAccessTests
{
    [Fact]
    public async Task Access_AgentFound_IsThere()
    {
        await using var worker = await WorkerWithAsync(new AgentProgram("claude", "/bin/claude"));
        await using var server = new SessionServer(At(worker), ("ANTHROPIC_API_KEY", "key"));
        using var client = server.CreateClient();

        var access = await client.GetJsonAsync("/api/providers/auth-status");

        Assert.True(access.GetProperty("hasAuth").GetBoolean());
        Assert.Equal("env", access.GetProperty("source").GetString());
    }

    [Fact]
    public async Task Access_AgentNotFound_SaysWhatToDo()
    {
        await using var worker = await WorkerWithAsync(new AgentProgram("claude-9", null));
        await using var server = new SessionServer(At(worker));
        using var client = server.CreateClient();

        var access = await client.GetJsonAsync("/api/providers/auth-status");

        Assert.False(access.GetProperty("hasAuth").GetBoolean());
        Assert.Contains("claude-9", access.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_NoWorker_DoesNotBlock()
    {
        await using var server = new SessionServer(($"services:{WorkerContract.ServiceName}:http:0", "http://127.0.0.1:9"));
        using var client = server.CreateClient();

        var access = await client.GetJsonAsync("/api/providers/auth-status");

        Assert.True(access.GetProperty("hasAuth").GetBoolean());
        Assert.Equal("unknown", access.GetProperty("source").GetString());
    }

    private static async Task<ScriptedWorker> WorkerWithAsync(AgentProgram agent)
    {
        var worker = await ScriptedWorker.StartAsync(context => context.Response.WriteAsJsonAsync(agent, WorkerJson.Default.AgentProgram));
        worker.OnlyPath = WorkerContract.Agent;
        return worker;
    }

    private static (string, string) At(ScriptedWorker worker) => ($"services:{WorkerContract.ServiceName}:http:0", worker.Address);
}
