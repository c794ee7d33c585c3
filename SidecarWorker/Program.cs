using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults;
using Sidecar.SidecarWorker.Access;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Agents.Links;
using Sidecar.SidecarWorker.Guarding;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.SidecarWorker.Sidecars;
using Sidecar.Supervision.Settings;

if (WorkerGuard.IsAskedFor(args))
{
    return await WorkerGuard.RunAsync(args);
}

try
{
    var builder = WebApplication.CreateSlimBuilder(ServiceOptions.Of(args));
    builder.AddServiceDefaults(WorkerContract.ServiceName);
    builder.AddWorkerAccess();
    builder.AddWorkerGuard(); // before the sessions: no agent without it
    builder.AddAgentLinks();
    builder.AddSessions();
    builder.AddSidecars();

    var app = builder.Build();
    app.UseWorkerProblems();
    app.UseWorkerAccess();
    app.UseWebSockets();
    app.MapDefaultEndpoints();
    app.MapSessions();
    app.MapSdk();
    app.MapLimits();
    app.MapAgent();
    app.MapSidecars();
    // Before the host does it: that would log the same with a stack trace.
    app.Services.GetService<IStartupValidator>()?.Validate();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (SettingErrors.Describe(exception) is { } problem)
{
    Console.Error.WriteLine(problem);
    return 1;
}
