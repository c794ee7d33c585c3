namespace Sidecar.SidecarWorker.Agents;

/// <summary>How an agent CLI is spoken to.</summary>
internal static class AgentTransport
{
    /// <summary>Over its standard input and output.</summary>
    public const string Stdio = "stdio";

    /// <summary>Over a WebSocket that it opens to the worker.</summary>
    public const string SdkUrl = "sdk-url";
}
