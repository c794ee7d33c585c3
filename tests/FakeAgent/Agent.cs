using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>What lives as long as the process: identity, settings that turns read, and the ways out.</summary>
internal sealed class Agent(AgentArguments arguments, AgentSettings settings, OutputWriter output, Transcript transcript)
{
    private readonly Lock _turn = new();

    public string SessionId { get; } = arguments.SessionId;

    public string Model { get; set; } = arguments.Model;

    public string PermissionMode { get; set; } = arguments.PermissionMode;

    public AgentSettings Settings { get; } = settings;

    public OutputWriter Output { get; } = output;

    public Transcript Transcript { get; } = transcript;

    public TranscriptLines Lines { get; } = new(transcript, arguments.SessionId);

    public PermissionRequests Permissions { get; } = new(output);

    /// <summary>Tools a client has allowed for the rest of the session; calls side by side may add to them.</summary>
    public ConcurrentDictionary<string, bool> AllowedTools { get; } = new();

    public double TotalCost { get; set; }

    /// <summary>The turn that is going on; null between turns.</summary>
    public Turn? CurrentTurn { get; private set; }

    /// <summary>Done when a late system/init has been sent.</summary>
    public Task LateInit { get; private set; } = Task.CompletedTask;

    public void Begin(Turn turn)
    {
        lock (_turn)
        {
            CurrentTurn = turn;
        }
    }

    public void EndTurn()
    {
        lock (_turn)
        {
            CurrentTurn = null;
        }
    }

    public void InterruptTurn()
    {
        lock (_turn)
        {
            CurrentTurn?.Interrupt();
        }
    }

    /// <summary>Writes a message with this session's id and a uuid of its own.</summary>
    public void Emit(JsonObject message)
    {
        message["session_id"] = SessionId;
        if (Settings.NoUuid)
        {
            message.Remove("uuid");
        }
        else if (!message.ContainsKey("uuid"))
        {
            message["uuid"] = Guid.NewGuid().ToString();
        }

        Output.WriteLine(message);
    }

    public void EmitInit() => Emit(InitMessage.Create(this));

    public void EmitStatus(string? status) => Emit(new JsonObject
    {
        ["type"] = "system",
        ["subtype"] = "status",
        ["status"] = status,
        ["permissionMode"] = PermissionMode,
    });

    public void EmitSessionState(string state)
    {
        if (Settings.EmitsSessionState)
        {
            Emit(new JsonObject { ["type"] = "system", ["subtype"] = "session_state_changed", ["state"] = state });
        }
    }

    public void EmitLifecycle(string commandUuid, string state)
    {
        if (!Settings.NoReplay)
        {
            Emit(new JsonObject { ["type"] = "command_lifecycle", ["command_uuid"] = commandUuid, ["state"] = state });
        }
    }

    /// <summary>Sends the first init now or later, where the environment asks for it.</summary>
    public void Start()
    {
        if (Settings.InitOnStart)
        {
            EmitInit();
        }
        else if (Settings.InitDelay is { } delay)
        {
            LateInit = SendLateInitAsync(delay);
        }
    }

    private async Task SendLateInitAsync(TimeSpan delay)
    {
        await Task.Delay(delay, TimeProvider.System);
        EmitInit();
    }
}
