// The drawing of the system: two services, and who needs whom. `aspire run` draws it in the Aspire dashboard;
// `dotnet run` (or the published program) runs the same drawing with the project's own supervision.
#if ASPIRE
using Microsoft.Extensions.Configuration;
using Sidecar.AppHost.Access;
using Sidecar.AppHost.Commands;
using Sidecar.AppHost.Restart;

if (args.Contains("--demo"))
{
    Console.Error.WriteLine("--demo is for the local run: dotnet run --project AppHost -- --demo");
    return 1;
}

var builder = DistributedApplication.CreateBuilder(args);
var secret = WorkerSecret.Create();

var worker = builder.AddProject<Projects.SidecarWorker>("sidecar-worker")
    .WithHttpEndpoint()
    .WithEnvironment(WorkerSecret.Variable, secret)
    .WithHttpHealthCheck("/health")
    .WithRestart("/alive")
    .WithPage("/health", "Health")
    .WithSidecarCommands(secret);

builder.AddProject<Projects.SessionApi>("session-api")
    .WithHttpEndpoint(port: builder.Configuration.GetValue("Sidecar:Port", 3456)) // where clients look for it
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithRestart("/alive")
    .WithPage("/api/sessions", "Sessions")
    .WithPage("/openapi/v1.json", "API description")
    .WithPage("/health", "Health")
    .WithReference(worker)
    .WithEnvironment(WorkerSecret.Variable, secret)
    .WaitFor(worker); // sessions whose agents still run are taken over from it at start

builder.Build().Run();
return 0;
#else
using Sidecar.AppHost.Access;
using Sidecar.AppHost.Demo;
using Sidecar.AppHost.Local;

var (arguments, problem) = AppHostArguments.Read(args);
var (demo, noDemo) = arguments.IsDemo && problem is null ? DemoSystem.Create(TimeProvider.System) : default;
if ((problem ?? noDemo) is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return 1;
}

using var demoEnd = demo; // after the services have ended
var builder = LocalApplication.CreateBuilder(arguments.Settings);
var secret = WorkerSecret.Create();

var worker = builder.AddService("sidecar-worker", program: "SidecarWorker")
    .WithEnvironment(WorkerSecret.Variable, secret)
    .WithEnvironment(demo?.Environment);

builder.AddService("session-api", program: "SessionApi")
    .WithPort(builder.Port)
    .WithEnvironment(WorkerSecret.Variable, secret)
    .WithReference(worker) // started after it: sessions whose agents still run are taken over from it
    .WithEnvironment(demo?.Environment);

return await builder.Build().RunAsync();
#endif
