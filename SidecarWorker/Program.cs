using Sidecar.Contracts;
using Sidecar.ServiceDefaults;
using Sidecar.SidecarWorker.Sessions;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults(WorkerContract.ServiceName);
builder.AddSessions();

var app = builder.Build();
app.UseWorkerProblems();
app.MapDefaultEndpoints();
app.MapSessions();
await app.RunAsync();
