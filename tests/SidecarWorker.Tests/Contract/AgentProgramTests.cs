using System.Net.Http.Json;
using Sidecar.Contracts;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>Which program runs turns, and whether it is there.</summary>
public sealed class AgentProgramTests
{
    [Theory]
    [InlineData("/bin/sh", "/bin/sh")]
    [InlineData("/does/not/exist", null)]
    [InlineData("no-such-agent-anywhere", null)]
    public async Task Agent_Command_IsToldWithItsPath(string command, string? path)
    {
        await using var worker = new Worker { Settings = { ["Command"] = command } };

        var agent = await worker.Http.GetFromJsonAsync(WorkerContract.Agent, WorkerJson.Default.AgentProgram);

        Assert.Equal((command, path), (agent!.Command, agent.Path));
        var isPath = command.StartsWith('/');
        Assert.Equal(
            isPath ? [command] : Environment.GetEnvironmentVariable("PATH")!.Split(':', StringSplitOptions.RemoveEmptyEntries).Take(64), agent.Searched);
    }
}
