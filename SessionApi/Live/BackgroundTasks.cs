using System.Text.Json;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// What the agent runs beside its turns, and which of it could not be stopped. It ends with the agent's process. Under the session's gate.
/// </summary>
internal sealed class BackgroundTasks
{
    // An agent has a handful of tasks at a time; the caps only bound one that never reports an end. Past them a task is not followed,
    // and the oldest failure is forgotten.
    private const int MaxRunning = 1024;
    private const int MaxFailures = 256;

    private readonly Dictionary<string, bool> _isAgent = new(StringComparer.Ordinal);
    private readonly List<(string Task, ReadOnlyMemory<byte> Frame)> _failures = [];

    /// <summary>Tasks that run, by id.</summary>
    public IReadOnlyCollection<string> Running => _isAgent.Keys;

    /// <summary>The agents among them: they work on the turn's behalf and are stopped with it, a server that a tool started is not.</summary>
    public List<string> RunningAgents => [.. _isAgent.Where(task => task.Value).Select(task => task.Key)];

    /// <summary>What clients are told of stops that failed, for those who come later.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> FailedStops => _failures.Select(failure => failure.Frame);

    /// <summary>Takes a <c>system</c> message about a task: <c>{"subtype":"task_started","task_id":…,"task_type":"local_agent"}</c>.</summary>
    public void OnMessage(JsonElement message)
    {
        if (message.Text("task_id"u8) is not { } task)
        {
            return;
        }

        switch (message.Text("subtype"u8))
        {
            case "task_started" when _isAgent.Count < MaxRunning:
                _isAgent[task] = message.Text("task_type"u8)?.EndsWith("agent", StringComparison.Ordinal) == true;
                break;
            case "task_notification":
                _isAgent.Remove(task);
                _failures.RemoveAll(failure => failure.Task == task);
                break;
        }
    }

    /// <summary>Remembers that a task could not be stopped.</summary>
    public void AddFailedStop(string task, ReadOnlyMemory<byte> frame)
    {
        _failures.RemoveAll(failure => failure.Task == task);
        _failures.Add((task, frame));
        if (_failures.Count > MaxFailures)
        {
            _failures.RemoveAt(0);
        }
    }

    public void Clear()
    {
        _isAgent.Clear();
        _failures.Clear();
    }
}
