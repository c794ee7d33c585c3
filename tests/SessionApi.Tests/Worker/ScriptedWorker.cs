using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Contracts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Worker;

/// <summary>A real server that answers each connection to it with the next step of a script.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    public const string Session = "0194c0de-0000-7000-8000-000000000001";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script;

    private ScriptedWorker(IEnumerable<Func<HttpContext, Task>> script)
    {
        _script = new(script);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(context =>
        {
            if (!context.Request.Path.StartsWithSegments(OnlyPath))
            {
                return UnknownAsync(context);
            }

            Requests.Enqueue((context.Request.Method + " " + context.Request.Path, context.Request.Headers["Last-Event-ID"]));
            return _script.TryDequeue(out var step) ? step(context) : UnknownAsync(context);
        });
    }

    /// <summary>What was asked, with the event after which.</summary>
    public ConcurrentQueue<(string Request, string? LastEventId)> Requests { get; } = new();

    /// <summary>What the script is for; a whole session API asks for other things of its own accord.</summary>
    public PathString OnlyPath { get; set; } = "";

    public string Address => _app.Urls.First();

    public WorkerClient Client { get; private set; } = null!;

    public WorkerEvents Events => new(Client, TimeProvider.System, NullLogger<WorkerEvents>.Instance);

    public static async Task<ScriptedWorker> StartAsync(params Func<HttpContext, Task>[] script)
    {
        var worker = new ScriptedWorker(script);
        await worker._app.StartAsync();
        worker.Client = new WorkerClient(new HttpClient { BaseAddress = new Uri(worker.Address) });
        return worker;
    }

    /// <summary>Streams this text and ends properly.</summary>
    public static Func<HttpContext, Task> Stream(string text) => context =>
    {
        context.Response.ContentType = "text/event-stream";
        return context.Response.WriteAsync(text);
    };

    /// <summary>Streams this text and drops the line: the server closes it when an answer is shorter than it said.</summary>
    public static Func<HttpContext, Task> Cut(string text, string contentType = "text/event-stream") => context =>
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = 1_000_000;
        return context.Response.WriteAsync(text);
    };

    public static Func<HttpContext, Task> Problem(int status, string error) => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new WorkerProblem("Title", status, "why", error, "why"), WorkerJson.Default.WorkerProblem, "application/problem+json");
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task UnknownAsync(HttpContext context) => Problem(404, WorkerErrors.NotRunning)(context);
}
