using System.Buffers;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// One session in the worker: at most one run of the CLI at a time, and one sequence of events through all its runs.
/// Commands are taken one after the other; each is idempotent by its id.
/// </summary>
internal sealed partial class AgentSession(
    Guid id, AgentCommandLine commandLine, AgentOptions options, WorkerRun worker, TimeProvider time, ILogger<AgentSession> logger)
    : IAgentOutput
{
    // More than any client sends within one run before the answer to the first could still be repeated.
    private const int RememberedMessages = 1024;

    private readonly SemaphoreSlim _commands = new(1, 1);
    private readonly RecentIds _messages = new(RememberedMessages);
    private volatile Run? _run;
    private bool _retired;

    /// <summary>The session's id.</summary>
    public Guid Id { get; } = id;

    /// <summary>Names this sequence of events.</summary>
    public string Epoch { get; } = Guid.NewGuid().ToString("n");

    /// <summary>The events.</summary>
    public EventRing Events { get; } = new(options.RetainedBytes, options.SlowReaderPatience, time);

    /// <summary>When the last run ended; null while one runs or before the first.</summary>
    public DateTimeOffset? EndedAt => _run is { EndedAt: { } ended } ? ended : null;

    /// <summary>What <c>GET /v1/sessions</c> says of it; null before the first run.</summary>
    public Contracts.AgentSession? Describe()
    {
        if (_run is not { } run)
        {
            return null;
        }

        var (first, last) = Events.Range;
        return new Contracts.AgentSession
        {
            SessionId = Id.ToString("D"),
            Epoch = Epoch,
            FirstSequence = first,
            LastSequence = last,
            LaunchSequence = run.LaunchSequence,
            State = run.EndedAt is not null ? AgentState.Ended : run.StopRequested ? AgentState.Stopping : AgentState.Running,
            Launch = run.Launch,
            ProcessId = run.EndedAt is null ? run.Process.ProcessId : null,
            StartedAt = run.StartedAt,
        };
    }

    /// <summary>Starts a run, or finds that this very run was started before. Null when the session was retired meanwhile.</summary>
    /// <exception cref="WorkerException">Another run is going on, or the CLI cannot be started.</exception>
    public async Task<Contracts.AgentSession?> StartAsync(AgentLaunch launch, CancellationToken cancellationToken)
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
                return Describe();
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

            var process = await StartProcessAsync(launch, cancellationToken);
            var started = await AppendAsync(
                AgentEventTypes.Started, new AgentStarted(launch.LaunchId, process.ProcessId), WorkerJson.Default.AgentStarted);
            process.BeginOutput();
            _messages.Clear();
            var run = new Run(launch, process, time.GetUtcNow(), started);
            _run = run;
            _ = ObserveEndAsync(run);
            Log.Started(logger, Id, process.ProcessId, launch.Resume);
            return Describe();
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
            if (_run is not { EndedAt: null, StopRequested: false } run || run.Launch.LaunchId != input.LaunchId)
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

            await AppendAsync(AgentEventTypes.Input, InputSummary.Of(input), WorkerJson.Default.AgentInputTaken);
            if (!run.Process.TryWrite(JsonLineOf(input.Message)))
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
    public async Task<AgentStopped> StopAsync(string? launchId, AgentStopMode mode)
    {
        await _commands.WaitAsync();
        try
        {
            if (_run is not { EndedAt: null } run || (launchId is not null && run.Launch.LaunchId != launchId))
            {
                return new AgentStopped(AgentStopLevel.None, []);
            }

            run.StopRequested = true;
            var report = await run.Process.StopAsync(options, mode);
            await run.Observed.Task;
            Log.Stopped(logger, Id, report.Level, report.Duration.TotalMilliseconds);
            return new AgentStopped(LevelOf(report.Level), [.. report.Left.Select(process => process.ProcessId)]);
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

    /// <inheritdoc/>
    public async ValueTask OnMessageAsync(ReadOnlyMemory<byte> message) => await Events.AppendAsync(AgentEventTypes.Line, message);

    /// <inheritdoc/>
    public async ValueTask OnNoiseAsync(AgentNoise noise) =>
        await AppendAsync(AgentEventTypes.Noise, noise, WorkerJson.Default.AgentNoise);

    private static AgentStopLevel LevelOf(StopLevel level) => level switch
    {
        StopLevel.None => AgentStopLevel.None,
        StopLevel.Interrupted => AgentStopLevel.InputClosed,
        StopLevel.Terminated => AgentStopLevel.Terminated,
        _ => AgentStopLevel.Killed,
    };

    private static byte[] JsonLineOf(JsonElement message)
    {
        // Written anew, so that no line break inside it can split it in two.
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line))
        {
            message.WriteTo(writer);
        }

        return [.. line.WrittenSpan, (byte)'\n'];
    }

    private async Task<AgentProcess> StartProcessAsync(AgentLaunch launch, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(launch.WorkDir))
        {
            throw WorkerException.WorkDirInvalid(launch.WorkDir);
        }

        var spec = new ContainedProcessSpec
        {
            FileName = commandLine.FindProgram() ?? throw WorkerException.SpawnFailed(commandLine.Command, "it was not found"),
            Arguments = commandLine.Arguments(Id, launch),
            WorkingDirectory = launch.WorkDir,
            Environment = AgentCommandLine.EnvironmentChanges(launch.WorkDir),
            Marker = worker.NextMarker(),
        };
        try
        {
            return await AgentProcess.StartAsync(spec, this, options, time, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            throw WorkerException.SpawnFailed(commandLine.Command, exception.Message);
        }
    }

    private async Task ObserveEndAsync(Run run)
    {
        var exitCode = await run.Process.Completion;
        var exited = new AgentExited
        {
            LaunchId = run.Launch.LaunchId,
            ExitCode = exitCode,
            Requested = run.StopRequested,
            LastOutput = run.Process.LastOutput,
        };
        await AppendAsync(AgentEventTypes.Exited, exited, WorkerJson.Default.AgentExited);
        run.EndedAt = time.GetUtcNow();
        Log.Ended(logger, Id, run.Process.ProcessId, exitCode, run.StopRequested);
        run.Observed.SetResult();
        await run.Process.DisposeAsync();
    }

    private ValueTask<long> AppendAsync<T>(string type, T data, JsonTypeInfo<T> typeInfo) =>
        Events.AppendAsync(type, JsonSerializer.SerializeToUtf8Bytes(data, typeInfo));

    /// <summary>One process of the session.</summary>
    private sealed class Run(AgentLaunch launch, AgentProcess process, DateTimeOffset startedAt, long launchSequence)
    {
        private volatile bool _stopRequested;

        public AgentLaunch Launch => launch;

        public AgentProcess Process => process;

        public DateTimeOffset StartedAt => startedAt;

        public long LaunchSequence => launchSequence;

        public TaskCompletionSource Observed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool StopRequested { get => _stopRequested; set => _stopRequested = value; }

        public DateTimeOffset? EndedAt { get; set; }
    }
}
