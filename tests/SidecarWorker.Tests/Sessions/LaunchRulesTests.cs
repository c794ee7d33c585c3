using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.Tests.SidecarWorker.Sessions;

public sealed class LaunchRulesTests
{
    private static readonly AgentLaunch Good = new() { LaunchId = "run-1", WorkDir = "/work", Model = "opus[1m]", PermissionMode = "auto", Effort = "max" };

    [Fact]
    public void Check_GoodValues_Pass()
    {
        LaunchRules.Check(Good);
        LaunchRules.Check(new AgentLaunch { LaunchId = "1", WorkDir = "/" });
        LaunchRules.Check(Good with { Model = "" });
    }

    [Fact]
    public void Check_BadValue_IsNamedWithWhatIsAllowed()
    {
        Refuses("launchId", Good with { LaunchId = "" }, "it was \"\"");
        Refuses("launchId", Good with { LaunchId = null! }, "must be");
        Refuses("launchId", Good with { LaunchId = "a b" }, "\"a b\"");
        Refuses("launchId", Good with { LaunchId = new string('x', 201) }, "1 to 200");
        Refuses("model", Good with { Model = "--dangerously-skip-permissions" }, "\"--dangerously-skip-permissions\"");
        Refuses("model", Good with { Model = "a\nb" }, "control characters");
        Refuses("permissionMode", Good with { PermissionMode = "root" }, "one of default, acceptEdits, plan, bypassPermissions, dontAsk, auto; it was \"root\"");
        Refuses("permissionMode", Good with { PermissionMode = "" }, "it was \"\"");
        Refuses("effort", Good with { Effort = "HIGH" }, "one of low, medium, high, xhigh, max; it was \"HIGH\"");
        Refuses("workDir", Good with { WorkDir = "work" }, "absolute path, not \"work\"");
        Refuses("workDir", Good with { WorkDir = "" }, "absolute path");
        Refuses("workDir", Good with { WorkDir = null! }, "absolute path");
    }

    private static void Refuses(string field, AgentLaunch launch, string part)
    {
        var refusal = Assert.Throws<WorkerException>(() => LaunchRules.Check(launch));
        Assert.Equal((400, WorkerErrors.BadRequest), (refusal.Status, refusal.Error));
        Assert.StartsWith($"\"{field}\" must be", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
    }
}
