using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

// Every scenario is run over both links to the agent: what a client sees must not depend on it.

[Collection<SharedStdioSystemTests>]
public sealed class ClientOverStdioTests(SharedStdioSystem shared) : ClientTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class ClientOverSdkUrlTests(SharedSdkUrlSystem shared) : ClientTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class ProtocolOverStdioTests(SharedStdioSystem shared) : ProtocolTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class ProtocolOverSdkUrlTests(SharedSdkUrlSystem shared) : ProtocolTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class AgentOutputOverStdioTests(SharedStdioSystem shared) : AgentOutputTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class AgentOutputOverSdkUrlTests(SharedSdkUrlSystem shared) : AgentOutputTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class AgentProcessOverStdioTests(SharedStdioSystem shared) : AgentProcessTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class AgentProcessOverSdkUrlTests(SharedSdkUrlSystem shared) : AgentProcessTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class AgentReportOverStdioTests(SharedStdioSystem shared) : AgentReportTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class AgentReportOverSdkUrlTests(SharedSdkUrlSystem shared) : AgentReportTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class AgentRunOverStdioTests(SharedStdioSystem shared) : AgentRunTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class AgentRunOverSdkUrlTests(SharedSdkUrlSystem shared) : AgentRunTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class BackgroundTaskOverStdioTests(SharedStdioSystem shared) : BackgroundTaskTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class BackgroundTaskOverSdkUrlTests(SharedSdkUrlSystem shared) : BackgroundTaskTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class ChangeOverStdioTests(SharedStdioSystem shared) : ChangeTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class ChangeOverSdkUrlTests(SharedSdkUrlSystem shared) : ChangeTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class ClearOverStdioTests(SharedStdioSystem shared) : ClearTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class ClearOverSdkUrlTests(SharedSdkUrlSystem shared) : ClearTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class ResumeOverStdioTests(SharedStdioSystem shared) : ResumeTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class ResumeOverSdkUrlTests(SharedSdkUrlSystem shared) : ResumeTests(shared);

[Collection<SharedStdioSystemTests>]
public sealed class StopFenceOverStdioTests(SharedStdioSystem shared) : StopFenceTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class StopFenceOverSdkUrlTests(SharedSdkUrlSystem shared) : StopFenceTests(shared);

public sealed class ClientLeavesOverStdioTests(ShortGraceStdioSystem shared) : ClientLeavesTests(shared), IClassFixture<ShortGraceStdioSystem>;

public sealed class ClientLeavesOverSdkUrlTests(ShortGraceSdkUrlSystem shared) : ClientLeavesTests(shared), IClassFixture<ShortGraceSdkUrlSystem>;

public sealed class AgentLimitOverStdioTests(NarrowStdioSystem shared) : AgentLimitTests(shared), IClassFixture<NarrowStdioSystem>;

public sealed class AgentLimitOverSdkUrlTests(NarrowSdkUrlSystem shared) : AgentLimitTests(shared), IClassFixture<NarrowSdkUrlSystem>;

public sealed class AgentSettingOverStdioTests : AgentSettingTests;

public sealed class AgentSettingOverSdkUrlTests : AgentSettingTests
{
    private protected override string Link => Links.SdkUrl;
}

public sealed class DeletionOverStdioTests : DeletionTests;

public sealed class DeletionOverSdkUrlTests : DeletionTests
{
    private protected override string Link => Links.SdkUrl;
}

public sealed class EarlyAgentOverStdioTests : EarlyAgentTests;

public sealed class EarlyAgentOverSdkUrlTests : EarlyAgentTests
{
    private protected override string Link => Links.SdkUrl;
}

public sealed class SilentAgentStopOverStdioTests : SilentAgentStopTests;

public sealed class SilentAgentStopOverSdkUrlTests : SilentAgentStopTests
{
    private protected override string Link => Links.SdkUrl;
}

public sealed class RestartOverStdioTests : RestartTests;

public sealed class RestartOverSdkUrlTests : RestartTests
{
    private protected override string Link => Links.SdkUrl;
}

public sealed class UiSequenceOverStdioTests : UiSequenceTests;

public sealed class UiSequenceOverSdkUrlTests : UiSequenceTests
{
    private protected override string Link => Links.SdkUrl;
}

[Collection<SharedStdioSystemTests>]
public sealed class HistoryOverStdioTests(SharedStdioSystem shared) : HistoryTests(shared);

[Collection<SharedSdkUrlSystemTests>]
public sealed class HistoryOverSdkUrlTests(SharedSdkUrlSystem shared) : HistoryTests(shared);
