using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>What the runs of a session say and do, as one sequence of events.</summary>
internal sealed class SessionOutput(Guid sessionId, AgentServices services) : IAgentOutput
{
    private readonly RecentUuids _uuids = new(services.Options.RecentUuids, services.Bounds.RecentUuids);
    private readonly DiagnosticLog _diagnostics = new(sessionId, services.Time, services.DiagnosticLogger);
    private volatile TurnWatch? _turn;

    /// <summary>The events.</summary>
    public EventRing Events { get; } =
        new(services.Options.RetainedBytes, services.Budget, services.Options.SlowReaderPatience, services.Time);

    /// <summary>The turn that goes on, as telemetry sees it.</summary>
    public TurnSpan Span { get; } = new();

    /// <summary>From now on the output is of the run whose turns are watched here.</summary>
    public void Begin(TurnWatch turn) => _turn = turn;

    /// <summary>Nothing comes from the run any more.</summary>
    public void End(AgentExitCause cause)
    {
        _uuids.Clear();
        _diagnostics.End();
        Span.OnExited(cause);
    }

    /// <summary>Appends an event and returns its sequence.</summary>
    public ValueTask<long> AppendAsync<T>(string type, T data, JsonTypeInfo<T> typeInfo) =>
        Events.AppendAsync(type, JsonSerializer.SerializeToUtf8Bytes(data, typeInfo));

    /// <inheritdoc/>
    public async ValueTask OnMessageAsync(ReadOnlyMemory<byte> message)
    {
        var head = MessageHead.Read(message.Span);
        if (head.Uuid is { } uuid && !_uuids.Add(uuid))
        {
            return; // it has come back and repeats itself
        }

        // Output flows after the run has begun; the output of an earlier run has ended by then.
        _turn?.OnMessage(head, message.Span, services.Time.GetElapsedTime(0));
        Span.OnMessage(head);
        await Events.AppendAsync(AgentEventTypes.Line, message);
    }

    /// <inheritdoc/>
    public async ValueTask OnNoiseAsync(AgentNoise noise) =>
        await AppendAsync(AgentEventTypes.Noise, noise, WorkerJson.Default.AgentNoise);

    /// <inheritdoc/>
    public void OnDiagnostic(string line) => _diagnostics.Add(line);
}
