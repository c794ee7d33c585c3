using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.FakeAgent;

/// <summary>A folder and a session id of one test, and the agents it starts.</summary>
public abstract class AgentTest : IDisposable
{
    private readonly List<AgentConversation> _started = [];

    private protected TemporaryFolder Folder { get; } = new();

    private protected string SessionId { get; } = Guid.NewGuid().ToString();

    private protected string ConfigRoot => Folder["config"];

    private protected AgentConversation Start(params (string Name, string Value)[] environment) => Start(false, [], environment);

    private protected AgentConversation Start(bool resume, string[] arguments, params (string Name, string Value)[] environment)
    {
        var agent = AgentConversation.Start(Folder, SessionId, resume, arguments, environment);
        _started.Add(agent);
        return agent;
    }

    public void Dispose()
    {
        _started.ForEach(agent => agent.Dispose());
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
