using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

/// <summary>Whatever a service suffers from, it is found by the same rule: it does not answer in time, several times in a row.</summary>
public sealed class IllnessTests
{
    [Theory]
    [InlineData("freeze")]
    [InlineData("spin")]
    [InlineData("deadlock")]
    [InlineData("starve")]
    public async Task Service_ThatStopsAnswering_IsReplaced(string illness)
    {
        await using var server = Sick();
        var before = await server.UntilHealthyAsync("sick");

        await server.TellAsync(before, $"/{illness}");

        var after = await server.UntilReplacedAsync(before);
        Assert.StartsWith("it hangs: 3 probes in a row failed; the last: ", after.LastFailure!.Reason, StringComparison.Ordinal);
        Assert.Contains("did not answer in time", after.LastFailure.Reason, StringComparison.Ordinal);
        Assert.Equal(after.Pid, Assert.Single(server.Living).Id);
    }

    [Fact]
    public async Task Service_ThatLeaks_IsReplaced()
    {
        await using var server = Sick(("Limits:HardMemoryBytes", "314572800"));
        var before = await server.UntilHealthyAsync("sick");

        await server.TellAsync(before, "/leak");

        var after = await server.UntilReplacedAsync(before);
        Assert.Contains("300 MiB are allowed", after.LastFailure!.Reason, StringComparison.Ordinal);
    }

    private static SidecarServer Sick(params (string Key, string Value)[] settings) => new SidecarServer().With(
        "sick",
        TestPrograms.SickService,
        ["--urls", "http://127.0.0.1:{port}"],
        [("AssignPort", "true"), ("Probe:Type", "http"), ("Environment:DOTNET_EnableDiagnostics", "0"), .. settings]);
}
