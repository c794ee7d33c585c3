using System.Diagnostics;
using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>Receives what happens to a session's agent, in order and one at a time.</summary>
internal interface IAgentObserver
{
    /// <summary>One event of the agent; the next one waits until this is handled.</summary>
    Task OnAgentEventAsync(AgentRun run, WorkerEvent item);

    /// <summary>The worker does not know the run any more: it was restarted, and the agent is gone with it.</summary>
    Task OnAgentLostAsync(AgentRun run);
}

/// <summary>One run of a session's agent, as this process knows it.</summary>
/// <param name="launchId">The id of the launch.</param>
/// <param name="runtime">With what it runs.</param>
/// <param name="replayedTo">Events up to this one happened before this process began to watch; they are state, not news.</param>
internal sealed class AgentRun(string launchId, RuntimeConfig runtime, AgentEventId? replayedTo)
{
    private readonly TaskCompletionSource _pastRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string LaunchId => launchId;

    /// <summary>Completes when the last event of the past has been handled.</summary>
    public Task PastRead => _pastRead.Task;

    public RuntimeConfig Runtime => runtime;

    /// <summary>Whether an event is from before this process began to watch.</summary>
    public bool IsPast(WorkerEvent item) => replayedTo is { } last && item.Id is { } id && id.Epoch == last.Epoch && id.Sequence <= last.Sequence;

    /// <summary>Events of the past are still being read.</summary>
    public bool IsReadingPast => replayedTo is not null && !PastRead.IsCompleted;

    /// <summary>Whether an event is the last one of the past.</summary>
    public bool IsLastOfPast(WorkerEvent item) => item.Id is { } id && id == replayedTo;

    /// <summary>Notes that an event has been handled.</summary>
    public void Handled(WorkerEvent item)
    {
        if (replayedTo is null || item.Id == replayedTo || (item.Id is not null && !IsPast(item)))
        {
            _pastRead.TrySetResult();
        }
    }

    /// <summary>Whether the agent has written any message: until then an exit is a failed start.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>No message has been given to it, as far as its events were read: what it says is not shown.</summary>
    public bool IsPrewarmed { get; set; } = true;

    /// <summary>By its own word it works, be it on a turn or beside one.</summary>
    public bool SaysItWorks { get; set; }

    /// <summary>The directory that it works in, as far as it is known.</summary>
    public string? WorkDir { get; set; }

    /// <summary>It could not start because of a lock that nobody held; that has been removed.</summary>
    public bool LockWasStale { get; set; }

    /// <summary>Why the worker interrupted its turn; null when it did not.</summary>
    public string? StallReason { get; set; }

    /// <summary>This process has asked for its end; else an earlier life did, or another client of the worker.</summary>
    public bool StopAsked { get; set; }

    /// <summary>The worker ended it because it had nothing to do: a message that it did not get is for the next run.</summary>
    public bool EndedIdle { get; set; }

    /// <summary>What it does while a turn is open.</summary>
    public AgentWork Work { get; set; }

    /// <summary>What it said last of itself (<c>system</c>, <c>init</c>): its tools, commands and servers. Undefined until then.</summary>
    public JsonElement Init { get; set; }

    /// <summary>The dollars that it said it has cost so far: a result names the sum of all its turns.</summary>
    public double ReportedCost { get; set; }

    /// <summary>The mode it runs in, as far as it is known.</summary>
    public string? PermissionMode { get; set; }
}

/// <summary>
/// A session's agent in the worker: starts it, follows its events, writes to it, stops it. At most one run at a time; a run ends for us when
/// its <c>exited</c> event was handled.
/// </summary>
internal sealed partial class SessionAgent(
    string sessionId, WorkerClient worker, WorkerEvents events, IAgentObserver observer, TimeProvider time, ILogger<SessionAgent> logger)
    : IDisposable
{
    // After the worker has said that the process is gone, its last event needs no longer than this.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _closed = new();
    private readonly SerialTasks _writes = new(onStepEnded: static () => { });
    private volatile AgentRun? _current;
    private AgentEventId? _position;
    private Task _following = Task.CompletedTask;

    /// <summary>The run that goes on, or null.</summary>
    public AgentRun? Current => _current;

    /// <summary>Starts a run and follows it. Must not be called while one goes on.</summary>
    /// <exception cref="WorkerFailedException">The worker refused or did not answer.</exception>
    public async Task StartAsync(AgentLaunch launch, RuntimeConfig runtime)
    {
        await _following; // of the run before: its end is handled, so its events cannot mix with the new ones
        var started = await worker.StartAsync(sessionId, launch, _closed.Token);
        Follow(started, new AgentRun(launch.LaunchId, runtime, null) { PermissionMode = launch.PermissionMode, WorkDir = launch.WorkDir });
    }

    /// <summary>
    /// Takes over a run that was started by an earlier life of this process. Its kept events are read again, as the past; the task ends
    /// when the past has been read.
    /// </summary>
    public Task AdoptAsync(AgentSession running, string? providerId)
    {
        var runtime = new RuntimeConfig(providerId, running.Launch.Model, running.Launch.Effort);
        var last = new AgentEventId(running.Epoch, running.LastSequence);
        var run = new AgentRun(running.Launch.LaunchId, runtime, last)
        {
            PermissionMode = running.Launch.PermissionMode,
            WorkDir = running.Launch.WorkDir,
        };
        Follow(running, run);
        return Task.WhenAny(run.PastRead, _following);
    }

    /// <summary>
    /// Writes one message; safe to repeat with the same id. Messages arrive in the order in which they were asked to be written, also when one
    /// has to be repeated: an interrupt that was late would end the turn after the one it is meant for.
    /// </summary>
    /// <exception cref="WorkerFailedException">The agent is not running, or the worker did not answer.</exception>
    public Task WriteAsync(AgentRun run, string messageId, JsonElement message, string? clientId = null)
    {
        var input = new AgentInput { MessageId = messageId, LaunchId = run.LaunchId, Message = message, ClientId = clientId };
        var closed = _closed.Token;
        return _writes.Add(() => worker.WriteAsync(sessionId, input, closed));
    }

    /// <summary>Stops the run that goes on, if any, and waits until its end was handled.</summary>
    public async Task StopAsync(bool force)
    {
        if (Current is not { } run)
        {
            return;
        }

        run.StopAsked = true;
        try
        {
            await worker.StopAsync(sessionId, new AgentStopRequest { LaunchId = run.LaunchId, Force = force }, _closed.Token);
        }
        catch (WorkerFailedException exception)
        {
            Log.StopFailed(logger, sessionId, exception.Message); // without the worker the agent goes too, or its return tells more
            return;
        }

        await WaitForEndAsync(EndPatience);
    }

    /// <summary>Waits until the end of the last run was handled, or long enough.</summary>
    public async Task WaitForEndAsync(TimeSpan patience) =>
        await _following.WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Stops following; what runs goes on running.</summary>
    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    private void Follow(AgentSession session, AgentRun run)
    {
        // All events of the run: of those before it nothing is needed.
        var before = new AgentEventId(session.Epoch, session.LaunchSequence - 1);
        var from = _position is { } position && position.Epoch == before.Epoch && position.Sequence >= before.Sequence ? position : before;
        _current = run;
        _following = FollowAsync(run, from, _closed.Token);
    }

    private async Task FollowAsync(AgentRun run, AgentEventId from, CancellationToken cancellationToken)
    {
        Activity.Current = null; // it goes on when the turn that began it has ended
        try
        {
            await foreach (var item in events.ReadAsync(sessionId, from, cancellationToken))
            {
                _position = item.Id ?? _position;
                var exited = item.Type == AgentEventTypes.Exited;
                if (exited)
                {
                    _current = null;
                }

                await HandleAsync(() => observer.OnAgentEventAsync(run, item), item.Type);
                run.Handled(item);
                if (exited)
                {
                    return;
                }
            }

            _current = null;
            await HandleAsync(() => observer.OnAgentLostAsync(run), "lost");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // This process stops following; the agent goes on.
        }
    }

    private async Task HandleAsync(Func<Task> handle, string type)
    {
        try
        {
            await handle();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.EventFailed(logger, exception, sessionId, type); // one bad event must not end the session's stream
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Session {SessionId}: the agent could not be stopped: {Reason}")]
        public static partial void StopFailed(ILogger logger, string sessionId, string reason);

        [LoggerMessage(2, LogLevel.Error, "Session {SessionId}: handling an event of type {Type} failed; it is skipped.")]
        public static partial void EventFailed(ILogger logger, Exception exception, string sessionId, string type);
    }
}
