using Sidecar.ServiceDefaults;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Hosting;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Sidecars;
using Sidecar.SessionApi.Status;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

if (TokenCommand.IsAskedFor(args))
{
    return TokenCommand.Run();
}

var builder = WebApplication.CreateSlimBuilder(ServiceOptions.Of(args));
builder.AddServiceDefaults("session-api");
builder.AddListenAddress();
builder.AddAccess();
builder.AddApiErrors();
builder.AddTranscripts();
builder.AddSessions();
builder.AddWorkerClient();
builder.AddLive();
builder.AddStatus();

var app = builder.Build();
app.UseAccess(); // first: nothing answers who it does not let in
app.UseApiErrors();
app.UseLive();
app.MapDefaultEndpoints();
app.MapH5Access();
app.MapStatus();
app.MapSessions();
app.MapSidecars();
app.MapLive();
return await app.RunUntilStoppedAsync();
