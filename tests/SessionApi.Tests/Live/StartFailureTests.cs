using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class StartFailureTests
{
    [Theory]
    [InlineData("Invalid API key · Please run /login", "CLI_AUTH_REQUIRED", null)]
    [InlineData("You are NOT LOGGED IN.", "CLI_AUTH_REQUIRED", null)]
    [InlineData("Error: Session ID 0194c0de is already in use.", "CLI_SESSION_CONFLICT", true)]
    [InlineData("Address already in use", "CLI_START_FAILED", true)]
    [InlineData("boom", "CLI_START_FAILED", true)]
    public void Of_AnEarlyExit_IsClassifiedByItsOutput(string output, string code, bool? retryable)
    {
        var failure = StartFailure.Of(Exited("first line", output));

        Assert.Equal((code, retryable), (failure.Code, failure.Retryable));
        Assert.Contains($"first line\n{output}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ASilentExit_SaysWhatToDo()
    {
        var failure = StartFailure.Of(Exited());

        Assert.Equal("CLI_START_FAILED", failure.Code);
        Assert.StartsWith("The agent CLI ended at start with code 7.\nIt wrote nothing.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MuchOutput_KeepsTheEnd()
    {
        var failure = StartFailure.Of(Exited([.. Enumerable.Range(1, 50).Select(n => $"line {n}")]));

        Assert.DoesNotContain("line 30\n", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("line 31\n" + string.Join('\n', Enumerable.Range(32, 19).Select(n => $"line {n}")), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WorkerErrors.SpawnFailed, "CLI_SPAWN_FAILED", null)]
    [InlineData(WorkerErrors.WorkDirInvalid, "WORKDIR_INVALID", null)]
    [InlineData(WorkerErrors.LimitReached, "CLI_LIMIT_REACHED", true)]
    [InlineData(WorkerErrors.Unavailable, "CLI_START_FAILED", true)]
    [InlineData(WorkerErrors.AlreadyRunning, "CLI_START_FAILED", true)]
    public void Of_ARefusal_KeepsWhatThePersonCanRepair(string error, string code, bool? retryable) => Assert.Equal(
        new StartFailure(code, "why", retryable), StartFailure.Of(new WorkerFailedException(null, error, "why")));

    [Fact]
    public void ToFrame_OfAFailure_IsAnError() => Assert.Equal(
        """{"type":"error","message":"why","code":"CLI_START_FAILED","retryable":true}""", new StartFailure("CLI_START_FAILED", "why", true).ToFrame().Text());

    private static AgentExited Exited(params string[] output) =>
        new() { LaunchId = "run", ExitCode = 7, Requested = false, Cause = AgentExitCause.Ended, LastOutput = output };
}
