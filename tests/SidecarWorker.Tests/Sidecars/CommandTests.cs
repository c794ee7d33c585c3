using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sidecar.Contracts;
using Sidecar.Tests.SidecarWorker.Contract;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

/// <summary>What people and the API ask for.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Server_Started_GetsItsPortAndThePersonsEnvironment(string language)
    {
        var program = TestProgram.Of(language);
        await using var server = new SidecarServer().WithServer("web", program, ("Environment:OWN_ADDRESS", "localhost:{port}"));

        var status = await server.UntilAsync("web", found => found is { State: SidecarState.Healthy, MemoryBytes: > 0 }, "healthy and measured");

        Assert.Equal((program.Interpreter, 1, 0), (status.Command, status.Processes, status.Restarts.Total));
        Assert.True(status.ProbeLatencyMs > 0);
        Assert.Null(status.LastFailure);
        var environment = await server.AskAsync(status, "/env");
        Assert.Contains($"\"PORT\":\"{status.Port}\"", environment!.Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"localhost:{status.Port}", environment, StringComparison.Ordinal);
        Assert.Contains("SIDECAR_RUN", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("Sidecar__", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ServerWithDescendantsThatIgnoresSigTerm_LeavesNothing()
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Python, ("Stop:Terminate", "00:00:00.300"));
        var status = await server.UntilHealthyAsync("web");
        await server.AskAsync(status, "/ignore-sigterm");
        await server.AskAsync(status, "/spawn");
        await server.HasLivingAsync(2);

        var stopped = await server.CommandAsync("web", "stop");

        Assert.Empty(server.Living);
        Assert.Equal((SidecarState.Stopped, null, null), (stopped.State, stopped.Pid, stopped.LastFailure));
        Assert.Equal(SidecarState.Stopped, (await server.CommandAsync("web", "stop")).State); // again is no error
    }

    [Fact]
    public async Task Stop_ProgramThatEndsWithItsInput_IsNotSignalled()
    {
        await using var server = new SidecarServer().With("echo", "cat", [], ("Stop:Interrupt", "00:00:05"), ("Stop:Terminate", "00:00:00"));
        await server.UntilHealthyAsync("echo");

        Assert.Equal(SidecarState.Stopped, (await server.CommandAsync("echo", "stop")).State);
        Assert.Empty(server.Living);
    }

    [Fact]
    public async Task Start_AfterAStop_RunsItAgain()
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Python);
        var first = await server.UntilHealthyAsync("web");
        await server.CommandAsync("web", "stop");

        var started = await server.CommandAsync("web", "start");

        Assert.NotNull(started.Pid);
        Assert.NotEqual(first.Pid, started.Pid);
        var healthy = await server.UntilHealthyAsync("web");
        Assert.Equal(started.Pid, healthy.Pid);
        Assert.Equal(healthy.Pid, (await server.CommandAsync("web", "start")).Pid); // one that runs is left alone
        Assert.Equal(healthy.Pid, (await server.CommandAsync("web", "reset")).Pid);
        Assert.Single(server.Living);
    }

    [Fact]
    public async Task Restart_RunningServer_IsReplacedOutsideOfItsBudget()
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Python, ("Restart:Budget", "0"));
        var first = await server.UntilHealthyAsync("web");

        var restarted = await server.CommandAsync("web", "restart", "key-1");

        Assert.NotEqual(first.Pid, restarted.Pid);
        Assert.Equal((1, 0), (restarted.Restarts.Total, restarted.Restarts.InWindow));
        Assert.Null(restarted.LastFailure);
        var second = await server.UntilHealthyAsync("web");
        Assert.Equal(second.Pid, (await server.CommandAsync("web", "restart", "key-1")).Pid); // the same restart, told again
        Assert.NotEqual(second.Pid, (await server.CommandAsync("web", "restart", "key-2")).Pid);
        Assert.Single(server.Living);
    }

    [Fact]
    public async Task Commands_ManyAtOnce_LeaveOneProcess()
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Python);
        await server.UntilHealthyAsync("web");

        await Task.WhenAll(new[] { "restart", "stop", "start", "restart", "reset", "stop", "start", "restart" }
            .Select(command => server.CommandAsync("web", command)));
        await server.CommandAsync("web", "start");

        await server.UntilHealthyAsync("web");
        Assert.Single(server.Living);
    }

    [Fact]
    public async Task Program_EndsAgainAndAgain_IsLeftAloneUntilReset()
    {
        await using var server = new SidecarServer().With(
            "loop", "sh", ["-c", "echo started; echo no database >&2; exit 7"], ("Restart:Budget", "2"));

        var failed = await server.UntilAsync("loop", status => status.State == SidecarState.Failed, "the end of its budget");

        Assert.Equal(("it ended with code 7", 2, 2), (failed.LastFailure!.Reason, failed.Restarts.Total, failed.Restarts.InWindow));
        Assert.Equal(["no database", "started"], failed.LastFailure.LastOutput.Order());
        Assert.Null(failed.Pid);

        await server.CommandAsync("loop", "reset");
        var again = await server.UntilAsync("loop", status => status is { State: SidecarState.Failed, Restarts.Total: 4 }, "its end again");
        Assert.True(again.LastFailure!.At > failed.LastFailure.At);
        Assert.Equal(SidecarState.Stopped, (await server.CommandAsync("loop", "stop")).State);
    }

    [Theory]
    [InlineData("no-such-program-here", "it could not be started: the program no-such-program-here was not found on PATH")]
    [InlineData("./server", "it could not be started: the program ./server was not found, or may not be executed")]
    public async Task Program_Missing_FailsWithTheReason(string command, string reason)
    {
        await using var server = new SidecarServer().With("gone", command, [], ("Restart:Budget", "1"));

        var failed = await server.UntilAsync("gone", status => status.State == SidecarState.Failed, "the end of its budget");

        Assert.Equal(reason, failed.LastFailure!.Reason);
        Assert.Equal(reason, (await server.CommandAsync("gone", "restart")).LastFailure!.Reason);
    }

    [Fact]
    public async Task Program_ItsPortIsInUse_FailsWithTheHolder()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        await using var server = new SidecarServer().With("web", "cat", [], ("Port", $"{port}"), ("Restart:Budget", "0"));

        var failed = await server.UntilAsync("web", status => status.State == SidecarState.Failed, "the end of its budget");

        Assert.StartsWith(
            $"it could not be started: Port {port} is in use by process {Environment.ProcessId} (", failed.LastFailure!.Reason, StringComparison.Ordinal);
        Assert.Contains("Sidecar:Sidecars:web:Port (Sidecar__Sidecars__web__Port=4000)", failed.LastFailure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabled_IsListedAndCannotBeStarted()
    {
        await using var server = new SidecarServer().With("off", "cat", [], ("Enabled", "false"));

        Assert.Equal(SidecarState.Stopped, (await server.FindAsync("off")).State);
        foreach (var command in new[] { "start", "restart", "restart", "reset" })
        {
            var sentence = await server.PostAsync("off", command, "a-key").RefusedAsync(409, WorkerErrors.SidecarDisabled);
            Assert.Contains("Sidecar:Sidecars:off:Enabled is false", sentence, StringComparison.Ordinal);
        }

        Assert.Equal(SidecarState.Stopped, (await server.CommandAsync("off", "stop")).State);
        Assert.Empty(server.Living);
    }

    [Fact]
    public async Task Command_UnknownName_IsRefusedWithTheKnownOnes()
    {
        await using var server = new SidecarServer().With("b", "cat", []).With("a", "cat", []);

        var sentence = await server.PostAsync("c", "stop").RefusedAsync(404, WorkerErrors.UnknownSidecar);

        Assert.Equal("No sidecar \"c\" is configured. Known are: a, b.", sentence);
    }

    [Fact]
    public async Task HostStop_WithRunningSidecars_LeavesNoProcess()
    {
        await using var server = new SidecarServer()
            .WithServer("web", TestProgram.Python, ("Stop:Terminate", "00:00:00.300"))
            .With("echo", "cat", []).With("loop", "sh", ["-c", "sleep 0.05"]);
        var web = await server.UntilHealthyAsync("web");
        await server.UntilHealthyAsync("echo");
        await server.AskAsync(web, "/ignore-sigterm");
        await server.AskAsync(web, "/spawn");

        await server.Services.GetRequiredService<IHost>().StopAsync();

        Assert.Empty(server.Living);
    }
}
