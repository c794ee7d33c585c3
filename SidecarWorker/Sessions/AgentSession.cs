using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// One session in the worker: at most one run of the CLI at a time, and one sequence of events through all its runs.
/// Commands are taken one after the other; each is idempotent by its id.
/// </summary>
internal sealed partial class AgentSession
{
    // More than any client sends within one run before the answer to the first could still be repeated.
    private const int RememberedMessages = 1024;

    private readonly SemaphoreSlim _commands = new(1, 1);
    private readonly RecentIds _messages = new(RememberedMessages);
    private readonly AgentServices _services;
    private readonly AgentRunEnd _ends;
    private volatile AgentRun? _run;
    private bool _retired;

    public AgentSession(Guid id, AgentServices services)
    {
        Id = id;
        _services = services;
        Output = new SessionOutput(id, services);
        _ends = new AgentRunEnd(this, services);
    }

    /// <summary>The session's id.</summary>
    public Guid Id { get; }

    /// <summary>Names this sequence of events.</summary>
    public string Epoch { get; } = Guid.NewGuid().ToString("n");

    /// <summary>What its runs say and do.</summary>
    public SessionOutput Output { get; }

    /// <summary>The same as events.</summary>
    public EventRing Events => Output.Events;

    /// <summary>When the last run ended; null while one runs or before the first.</summary>
    public DateTimeOffset? EndedAt => _run is { EndedAt: { } ended } ? ended : null;

    /// <summary>Since when its agent runs and has had nothing to do, by the clock's timestamp; null when that is not so.</summary>
    public TimeSpan? IdleSince => _run is { EndedAt: null, End: null } run ? run.Turn.IdleSince : null;

    /// <summary>What <c>GET /v1/sessions</c> says of it; null before the first run.</summary>
    public Contracts.AgentSession? Describe() => _run?.Describe(this);

    /// <summary>Starts a run, or finds that this very run was started before. Null when the session was retired meanwhile.</summary>
    /// <exception cref="WorkerException">Another run is going on, or the CLI cannot be started.</exception>
    public async Task<Contracts.AgentSession?> StartAsync(AgentLaunch launch, CancellationToken cancellationToken)
    {
        if (await FindOrRunAsync(launch, cancellationToken) is not { } run)
        {
            return null;
        }

        // Not among the commands: what is to be stopped or written meanwhile need not wait.
        await run.Process.ReadyAsync(cancellationToken);
        return run.Describe(this);
    }

    private async Task<AgentRun?> FindOrRunAsync(AgentLaunch launch, CancellationToken cancellationToken)
    {
        await _commands.WaitAsync(cancellationToken);
        try
        {
            if (_retired)
            {
                return null;
            }

            if (_run is { } current && current.Launch.LaunchId == launch.LaunchId)
            {
                return current;
            }

            if (_run is { EndedAt: null } running)
            {
                if (!running.Process.Completion.IsCompleted)
                {
                    throw WorkerException.AlreadyRunning(Id, running.Launch.LaunchId);
                }

                // It has ended, and its last event is being written: a reader of it may be faster than we are.
                await running.Observed.Task.WaitAsync(cancellationToken);
            }

            var run = await RunAsync(launch, cancellationToken);
            Log.Started(_services.Logger, Id, run.Process.ProcessId, launch.Resume);
            return run;
        }
        finally
        {
            _commands.Release();
        }
    }

    /// <summary>Writes one message to the CLI, once.</summary>
    /// <exception cref="WorkerException">The run has ended, or its queue is full.</exception>
    public async Task WriteAsync(AgentInput input, CancellationToken cancellationToken)
    {
        await _commands.WaitAsync(cancellationToken);
        try
        {
            if (_run is not { EndedAt: null, End: null } run || run.Launch.LaunchId != input.LaunchId)
            {
                throw WorkerException.NotRunning(Id);
            }

            if (_messages.Contains(input.MessageId))
            {
                return;
            }

            if (run.Process.HasExited)
            {
                throw WorkerException.NotRunning(Id);
            }

            // Asked before the event is written: one for a message that the CLI never gets would be taken for a turn without end.
            if (!run.Process.HasRoom)
            {
                throw WorkerException.InputQueueFull(Id);
            }

            var taken = InputSummary.Of(input);
            run.Turn.OnInput(taken, Now());
            Output.Span.OnInput(taken);
            await Output.AppendAsync(AgentEventTypes.Input, taken, WorkerJson.Default.AgentInputTaken);
            if (!run.Process.TryWrite(JsonLine.Of(input.Message)))
            {
                throw WorkerException.NotRunning(Id); // it ended meanwhile; the exit that follows ends the turn
            }

            _messages.Add(input.MessageId);
        }
        finally
        {
            _commands.Release();
        }
    }

    /// <summary>Ends the run with everything it started. A run that has ended, or was replaced, is no error.</summary>
    public async Task<AgentStopped> StopAsync(string? launchId, AgentStopMode mode, AgentEnd end)
    {
        await _commands.WaitAsync();
        try
        {
            return _run is { EndedAt: null } run && (launchId is null || run.Launch.LaunchId == launchId)
                ? await _ends.EndAsync(run, mode, end)
                : new AgentStopped(AgentStopLevel.None, []);
        }
        finally
        {
            _commands.Release();
        }
    }

    /// <summary>Ends the agent if it still has nothing to do. False when there is none, or it got something to do meanwhile.</summary>
    /// <param name="expected">The run that was found idle; null for whichever runs.</param>
    /// <param name="end">Why.</param>
    public async Task<bool> StopIdleAsync(AgentRun? expected, AgentEnd end)
    {
        await _commands.WaitAsync();
        try
        {
            if (IdleSince is null || _run is not { } run || (expected is not null && run != expected))
            {
                return false;
            }

            await _ends.EndAsync(run, AgentStopMode.CloseInput, end);
            return true;
        }
        finally
        {
            _commands.Release();
        }
    }

    /// <summary>Ends the life of a session that runs nothing. False when it is in use.</summary>
    public bool TryRetire()
    {
        if (!_commands.Wait(TimeSpan.Zero))
        {
            return false;
        }

        try
        {
            _retired = _run is null or { EndedAt: not null };
            if (_retired)
            {
                Events.Complete();
            }

            return _retired;
        }
        finally
        {
            _commands.Release();
        }
    }

    private TimeSpan Now() => _services.Time.GetElapsedTime(0);

    private async Task<AgentRun> RunAsync(AgentLaunch launch, CancellationToken cancellationToken)
    {
        var process = await _services.Launcher.StartAsync(Id, launch, Output, cancellationToken);
        var started = await Output.AppendAsync(
            AgentEventTypes.Started, new AgentStarted(launch.LaunchId, process.ProcessId), WorkerJson.Default.AgentStarted);
        var run = new AgentRun(launch, process, new TurnWatch(_services.Options, Now()), _services.Time.GetUtcNow(), started);
        _messages.Clear();
        _run = run;
        Output.Begin(run.Turn);
        process.BeginOutput();
        _ = _ends.ObserveAsync(run);
        return run;
    }
}
