using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Contracts;
using Sidecar.SessionApi.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>A worker on a real socket whose agents say what the test says, and end when they are stopped.</summary>
internal sealed class AgentWorker : IAsyncDisposable
{
    private const string Epoch = "e";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Agent> _agents = new();
    private readonly CancellationTokenSource _ended = new();
    private int _starts;

    private AgentWorker()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/v1/sessions", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(new AgentSessionList("w", Listed), WorkerJson.Default.AgentSessionList)));
        _app.MapPost("/v1/sessions/{id}/start", (RequestDelegate)StartAsync);
        _app.MapPost("/v1/sessions/{id}/input", (RequestDelegate)InputAsync);
        _app.MapPost("/v1/sessions/{id}/stop", (RequestDelegate)StopAsync);
        _app.MapGet("/v1/sessions/{id}/events", (RequestDelegate)StreamAsync);
    }

    public string Address => _app.Urls.First();

    /// <summary>What the agents were given.</summary>
    public ConcurrentQueue<JsonElement> Inputs { get; } = new();

    /// <summary>The sessions whose agents were stopped, in that order.</summary>
    public ConcurrentQueue<string> Stopped { get; } = new();

    /// <summary>How many agents were started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>What it says that it runs.</summary>
    public IReadOnlyList<AgentSession> Listed { get; set; } = [];

    public static async Task<AgentWorker> StartAsync()
    {
        var worker = new AgentWorker();
        await worker._app.StartAsync();
        return worker;
    }

    /// <summary>Waits until an agent was given a message like this.</summary>
    public async Task<JsonElement> InputAsync(Func<JsonElement, bool> matches)
    {
        JsonElement found = default;
        await WaitFor.True(() => (found = Inputs.FirstOrDefault(matches)).ValueKind == JsonValueKind.Object, LiveSocket.Deadline, "an input of the agent");
        return found;
    }

    /// <summary>Waits until a session has an agent.</summary>
    public Task RunningAsync(string sessionId) => WaitFor.True(() => _agents.ContainsKey(sessionId), LiveSocket.Deadline, "an agent");

    /// <summary>A session's agent says this.</summary>
    public void Say(string sessionId, string json) => _agents[sessionId].Add(AgentEventTypes.Line, json);

    /// <summary>A session's agent ends because somebody has asked for it.</summary>
    public void EndAsAsked(string sessionId)
    {
        var agent = _agents[sessionId];
        agent.Add(AgentEventTypes.Exited, JsonSerializer.Serialize(
            new AgentExited { LaunchId = agent.LaunchId, ExitCode = 0, Requested = true, Cause = AgentExitCause.Stopped, LastOutput = [] },
            WorkerJson.Default.AgentExited));
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _app.DisposeAsync();
        _ended.Dispose();
    }

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private async Task StartAsync(HttpContext context)
    {
        var launch = (await context.Request.ReadFromJsonAsync(WorkerJson.Default.AgentLaunch))!;
        Interlocked.Increment(ref _starts);
        _agents[IdOf(context)] = new Agent(launch.LaunchId);
        await context.Response.WriteAsJsonAsync(
            new AgentSession
            {
                SessionId = IdOf(context),
                Epoch = Epoch,
                FirstSequence = 1,
                LastSequence = 0,
                LaunchSequence = 1,
                State = AgentState.Running,
                Launch = launch,
            },
            WorkerJson.Default.AgentSession);
    }

    private async Task InputAsync(HttpContext context)
    {
        var input = (await context.Request.ReadFromJsonAsync(WorkerJson.Default.AgentInput))!;
        var taken = new AgentInputTaken(
            input.MessageId,
            input.Message.Text("type"u8),
            input.Message.Text("uuid"u8),
            input.Message.Text("request_id"u8),
            input.Message.Member("request"u8).Text("subtype"u8),
            input.ClientId);
        _agents[IdOf(context)].Add(AgentEventTypes.Input, JsonSerializer.Serialize(taken, WorkerJson.Default.AgentInputTaken));
        Inputs.Enqueue(input.Message.Clone());
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task StopAsync(HttpContext context)
    {
        Stopped.Enqueue(IdOf(context));
        if (_agents.ContainsKey(IdOf(context)))
        {
            EndAsAsked(IdOf(context));
        }

        return context.Response.WriteAsJsonAsync(new AgentStopped(AgentStopLevel.InputClosed, []), WorkerJson.Default.AgentStopped);
    }

    private async Task StreamAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, context.RequestAborted);
        context.Response.ContentType = "text/event-stream";
        var agent = _agents[IdOf(context)];
        for (var sent = 0; ; sent++)
        {
            await WaitFor.True(() => agent.Count > sent || either.IsCancellationRequested, TimeSpan.FromMinutes(10), "an event");
            either.Token.ThrowIfCancellationRequested();
            var (type, json) = agent[sent];
            await context.Response.WriteAsync($"id: {Epoch}.{sent + 1}\nevent: {type}\ndata: {json}\n\n", either.Token);
            await context.Response.Body.FlushAsync(either.Token);
        }
    }

    private sealed class Agent(string launchId)
    {
        private readonly Lock _gate = new();
        private readonly List<(string Type, string Json)> _events = [];

        public string LaunchId => launchId;

        public int Count
        {
            get
            {
                lock (_gate)
                {
                    return _events.Count;
                }
            }
        }

        public (string Type, string Json) this[int index]
        {
            get
            {
                lock (_gate)
                {
                    return _events[index];
                }
            }
        }

        public void Add(string type, string json)
        {
            lock (_gate)
            {
                _events.Add((type, json));
            }
        }
    }
}
