using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Topologies;

/// <summary>
/// The whole system, whoever runs it: what the scenarios need to know of it. Its processes carry the config directory of its folder, so they
/// are found in the same way everywhere. Its disposal stops it and proves that nothing of it is left.
/// </summary>
public interface ITopology : IAsyncDisposable
{
    /// <summary>A client of the session API.</summary>
    HttpClient SessionApi { get; }

    /// <summary>A client of the worker, which knows no secret.</summary>
    HttpClient Worker { get; }

    TemporaryFolder Folder { get; }

    AgentLog Agents { get; }

    /// <summary>What it has said so far, for messages about what did not come.</summary>
    string Output { get; }
}
