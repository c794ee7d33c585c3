using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sessions;

internal static class SessionHostingExtensions
{
    // A user message can carry several images as base64.
    private const long MaxBodyBytes = 64 * 1024 * 1024;

    /// <summary>Adds the sessions, their agents and the contract's JSON.</summary>
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<AgentOptions, AgentOptionsValidator>().BindConfiguration(AgentOptions.Section);
        builder.Services.AddSingleton<AgentCommandLine>();
        builder.Services.AddSingleton<WorkerRun>();
        builder.Services.AddMeasured<WorkerBounds>();
        builder.Services.AddMeasured<AgentMetrics>();
        builder.Services.AddTreeWatch();
        builder.Services.AddSingleton<AgentSessionRegistry>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentSessionRegistry>());
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WorkerJson.Default));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });

        // The agents get TerminateGrace, the kill after it and a little more.
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<AgentOptions>>((host, agents) =>
            host.ShutdownTimeout = agents.Value.TerminateGrace + TimeSpan.FromSeconds(3));
    }

    /// <summary>Answers every failure of a command with a problem document.</summary>
    public static void UseWorkerProblems(this WebApplication app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerAsync,
            // Refused commands are answers, not faults of ours.
            SuppressDiagnosticsCallback = context => context.Exception is WorkerException or BadHttpRequestException,
        });

    private static Task AnswerAsync(HttpContext context)
    {
        var (status, error, message) = context.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            WorkerException known => (known.Status, known.Error, known.Message),
            BadHttpRequestException bad => (bad.StatusCode, WorkerErrors.BadRequest, bad.InnerException?.Message ?? bad.Message),
            _ => (StatusCodes.Status500InternalServerError, "INTERNAL_ERROR", "An unexpected error occurred"),
        };
        context.Response.StatusCode = status;
        var problem = new WorkerProblem(Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), status, message, error, message);
        return context.Response.WriteAsJsonAsync(problem, WorkerJson.Default.WorkerProblem, "application/problem+json", context.RequestAborted);
    }
}
