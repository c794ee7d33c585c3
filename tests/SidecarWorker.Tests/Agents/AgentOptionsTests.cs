using Sidecar.SidecarWorker.Agents;

namespace Sidecar.Tests.SidecarWorker.Agents;

public sealed class AgentOptionsTests
{
    [Fact]
    public void Validate_Defaults_Pass() => Assert.True(new AgentOptionsValidator().Validate(null, new AgentOptions()).Succeeded);

    [Fact]
    public void Validate_OneBadValue_IsNamed()
    {
        Refuses("Sidecar:Agent:CloseGrace is 00:00:00;", new AgentOptions { CloseGrace = TimeSpan.Zero });
        Refuses("Sidecar:Agent:TerminateGrace is 00:02:00;", new AgentOptions { TerminateGrace = TimeSpan.FromMinutes(2) });
        Refuses("Sidecar:Agent:RetainedBytes is 1; it must be between 65536 and 1073741824.", new AgentOptions { RetainedBytes = 1 });
        Refuses("Sidecar:Agent:SlowReaderPatience is -00:00:01;", new AgentOptions { SlowReaderPatience = TimeSpan.FromSeconds(-1) });
        Refuses("Sidecar:Agent:MaxLineBytes is 100;", new AgentOptions { MaxLineBytes = 100 });
        Refuses("Sidecar:Agent:MaxSessions is 0; it must be between 1 and 100000.", new AgentOptions { MaxSessions = 0 });
        Refuses("Sidecar:Agent:EndedRetention is 00:00:00;", new AgentOptions { EndedRetention = TimeSpan.Zero });
        Refuses("Sidecar:Agent:RecentUuids is 99; it must be between 100 and 100000.", new AgentOptions { RecentUuids = 99 });
        Refuses("Sidecar:Agent:RetainedTotalBytes is 0;", new AgentOptions { RetainedTotalBytes = 0 });
        Refuses("Sidecar:Agent:Transport is SDK; it must be stdio or sdk-url.", new AgentOptions { Transport = "SDK" });
        Refuses("Command", new AgentOptions { Command = "" });
    }

    private static void Refuses(string sentence, AgentOptions options)
    {
        var result = new AgentOptionsValidator().Validate(null, options);
        Assert.Contains(sentence, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
