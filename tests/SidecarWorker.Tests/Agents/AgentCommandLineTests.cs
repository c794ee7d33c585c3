using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Agents;

public sealed class AgentCommandLineTests
{
    private static readonly Guid Session = Guid.Parse("0194c0de-0000-7000-8000-00000000000A");
    private static readonly Uri SdkUrl = new("ws://127.0.0.1:5/sdk/x?token=t");
    private static readonly AgentLaunch Plain = new() { LaunchId = "run", WorkDir = "/" };

    [Fact]
    public void Arguments_PlainLaunch_AreTheseInThisOrder() => Assert.Equal(
        [
            "-p", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json", "--include-partial-messages",
            "--replay-user-messages", "--permission-prompt-tool", "stdio", "--session-id", "0194c0de-0000-7000-8000-00000000000a",
        ],
        Create().Arguments(Session, Plain, sdkUrl: null));

    [Fact]
    public void Arguments_EverythingSet_FollowTheSession()
    {
        var launch = Plain with { Resume = true, Model = "opus", Effort = "high", PermissionMode = "plan" };

        Assert.Equal(
            ["--resume", Session.ToString("D"), "--model", "opus", "--effort", "high", "--permission-mode", "plan"],
            Create().Arguments(Session, launch, sdkUrl: null)[10..]);
    }

    [Fact]
    public void Arguments_LeadingOnesConfigured_ComeFirst()
    {
        var arguments = Create(new AgentOptions { Arguments = ["run", "cli.ts"] }).Arguments(Session, Plain, sdkUrl: null);

        Assert.Equal(["run", "cli.ts", "-p"], arguments[..3]);
    }

    [Fact]
    public void Arguments_OverASocket_AreTheseInThisOrder()
    {
        var launch = Plain with { Resume = true, Model = "opus", Effort = "high", PermissionMode = "plan" };

        Assert.Equal(
            [
                "--print", "--verbose", "--sdk-url", "ws://127.0.0.1:5/sdk/x?token=t", "--enable-auth-status", "--input-format", "stream-json",
                "--output-format", "stream-json", "--include-partial-messages", "--resume", Session.ToString("D"), "--replay-user-messages",
                "--model", "opus", "--effort", "high", "--allow-dangerously-skip-permissions", "--permission-mode", "plan",
            ],
            Create().Arguments(Session, launch, SdkUrl));
    }

    [Theory]
    [InlineData(null, "--replay-user-messages")]
    [InlineData("bypassPermissions", "--dangerously-skip-permissions")]
    [InlineData("default", "default")]
    public void Arguments_OverASocketInAMode_EndWithIt(string? mode, string last)
    {
        var arguments = Create().Arguments(Session, Plain with { PermissionMode = mode }, SdkUrl);

        Assert.Equal(last, arguments[^1]);
        Assert.Equal(mode == "default", arguments.Contains("--permission-mode"));
    }

    [Theory]
    [InlineData(null, null, "claude")]
    [InlineData(null, "/opt/cli", "/opt/cli")]
    [InlineData(null, "", "claude")]
    [InlineData("mine", "/opt/cli", "mine")]
    [InlineData("claude", "/opt/cli", "claude")]
    public void Command_SettingAndVariable_TheSettingWins(string? setting, string? variable, string command)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sidecar:Agent:Command"] = setting,
            ["CLAUDE_CLI_PATH"] = variable,
        }).Build();

        Assert.Equal(command, Create(new AgentOptions { Command = setting ?? "claude" }, configuration).Command);
    }

    [Fact]
    public void FindProgram_NotThere_IsNull()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(Create(new AgentOptions { Command = folder["cli"] }).FindProgram());
        Assert.Equal("/bin/sh", Create(new AgentOptions { Command = "/bin/sh" }).FindProgram());
    }

    [Fact]
    public void Environment_Always_HideWhatIsOursAndAddWhatTheCliNeeds()
    {
        const string Setting = "Sidecar__Test__Setting";
        const string Address = "services__some__http__0";
        const string ShellToken = "CC_HAHA_LOCAL_ACCESS_TOKEN";
        Environment.SetEnvironmentVariable(Setting, "x");
        Environment.SetEnvironmentVariable(Address, "http://127.0.0.1:1");
        Environment.SetEnvironmentVariable(ShellToken, "x");
        try
        {
            var changes = AgentEnvironment.Changes(Plain with { WorkDir = "/some/where" }, sdkUrl: null);

            Assert.Null(Assert.Contains(Setting, changes));
            Assert.Null(Assert.Contains(Address, changes));
            Assert.Null(Assert.Contains(ShellToken, changes));
            Assert.Null(Assert.Contains("CLAUDECODE", changes));
            Assert.Equal("/some/where", changes["PWD"]);
            Assert.Equal("1", changes["CLAUDE_CODE_EAGER_FLUSH"]);
            Assert.Equal("1", changes["CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING"]);
            Assert.DoesNotContain("PATH", changes);
            Assert.DoesNotContain("CALLER_DIR", changes);
            Assert.DoesNotContain("CLAUDE_CODE_RESUME_INTERRUPTED_TURN", changes);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Setting, null);
            Environment.SetEnvironmentVariable(Address, null);
            Environment.SetEnvironmentVariable(ShellToken, null);
        }
    }

    /// <summary>Opening a tab must not go on with a turn that was interrupted.</summary>
    [Fact]
    public void Environment_AheadOfTheFirstMessage_DoesNotResumeATurn() =>
        Assert.Null(Assert.Contains("CLAUDE_CODE_RESUME_INTERRUPTED_TURN", AgentEnvironment.Changes(Plain with { Prewarm = true }, sdkUrl: null)));

    [Fact]
    public void Environment_OverASocket_HasWhatThatCliNeedsUnlessThePersonHasSaidOtherwise()
    {
        const string Own = "CLAUDE_STREAM_IDLE_TIMEOUT_MS";
        Environment.SetEnvironmentVariable(Own, "7");
        try
        {
            var changes = AgentEnvironment.Changes(Plain with { WorkDir = "/some/where" }, SdkUrl);

            Assert.Equal("/some/where", changes["CALLER_DIR"]);
            Assert.Equal("1", changes["CLAUDE_ENABLE_STREAM_WATCHDOG"]);
            Assert.DoesNotContain(Own, changes);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Own, null);
        }
    }

    private static AgentCommandLine Create(AgentOptions? options = null, IConfiguration? configuration = null) =>
        new(Options.Create(options ?? new AgentOptions()), configuration ?? new ConfigurationBuilder().Build());
}
