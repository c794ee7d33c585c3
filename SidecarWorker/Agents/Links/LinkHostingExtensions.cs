namespace Sidecar.SidecarWorker.Agents.Links;

internal static class LinkHostingExtensions
{
    /// <summary>Adds the links to agents.</summary>
    public static void AddAgentLinks(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SdkAddress>();
        builder.Services.AddSingleton<AgentLinks>();
        // It would write the addresses of requests, with their tokens, for whoever wants to see all requests.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }
}
