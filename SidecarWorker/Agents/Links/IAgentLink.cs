using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>The way between one run of the CLI and us: its standard streams, or a socket that it opens to us.</summary>
internal interface IAgentLink : IDisposable
{
    /// <summary>Where the CLI is told to connect to; null when it is spoken to over its standard streams.</summary>
    Uri? SdkUrl { get; }

    /// <summary>Completes when the CLI is there.</summary>
    Task Attached { get; }

    /// <summary>Whether there is room for one more line. It stays so until the next <see cref="TryWrite"/>.</summary>
    bool HasRoom { get; }

    /// <summary>Queues one line for the CLI. False when the queue is full, or the input has ended.</summary>
    bool TryWrite(ReadOnlyMemory<byte> line);

    /// <summary>No input will follow what is queued: the CLI is told so, and ends when it has nothing left to do.</summary>
    void EndInput();

    /// <summary>Carries messages both ways until the CLI writes no more, which is after its process has ended.</summary>
    /// <param name="process">The process; nobody else reads its standard output or writes to its standard input.</param>
    /// <param name="output">Takes what the CLI writes.</param>
    /// <param name="drained">Gives up: somebody who outlived the process holds its end.</param>
    Task CarryAsync(ContainedProcess process, AgentLines output, CancellationToken drained);
}
