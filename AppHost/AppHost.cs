// The drawing of the system: two services, and who needs whom. `aspire run` draws it in the Aspire dashboard;
// `dotnet run` (or the published program) runs the same drawing with the project's own supervision.
#if ASPIRE
using Microsoft.Extensions.Configuration;
using Sidecar.AppHost.Access;
using Sidecar.AppHost.Commands;
using Sidecar.AppHost.Restart;

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
using Sidecar.AppHost.Local;

var builder = LocalApplication.CreateBuilder(args);
var secret = WorkerSecret.Create();

var worker = builder.AddService("sidecar-worker", program: "SidecarWorker")
    .WithEnvironment(WorkerSecret.Variable, secret);

builder.AddService("session-api", program: "SessionApi")
    .WithPort(builder.Port)
    .WithEnvironment(WorkerSecret.Variable, secret)
    .WithReference(worker); // started after it: sessions whose agents still run are taken over from it

return await builder.Build().RunAsync();
#endif
