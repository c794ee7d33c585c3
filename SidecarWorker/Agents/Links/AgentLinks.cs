using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>Opens the links of agents, of the kind that is configured, and knows which of them wait for a socket.</summary>
internal sealed class AgentLinks(IOptions<AgentOptions> options, SdkAddress address, TimeProvider time)
{
    // One for each session that runs an agent, so as many as there are places for processes.
    private readonly ConcurrentDictionary<Guid, SdkLink> _waiting = new();

    /// <summary>Opens the link of a session's next run; the token of the run before is worth nothing from now on.</summary>
    public IAgentLink Open(Guid session)
    {
        if (options.Value.Transport == AgentTransport.Stdio)
        {
            return new StdioLink(options.Value.MaxLineBytes);
        }

        var link = new SdkLink(address.Find(), session, options.Value, time, Close);
        _waiting[session] = link;
        return link;
    }

    /// <summary>The link that a socket belongs to, or null when the token is not that of the session's current run.</summary>
    public SdkLink? Find(Guid session, string? token) =>
        _waiting.GetValueOrDefault(session) is { } link && link.Accepts(token) ? link : null;

    private void Close(SdkLink link) => _waiting.TryRemove(KeyValuePair.Create(link.Session, link));
}
