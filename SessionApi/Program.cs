using Sidecar.ServiceDefaults;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Hosting;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Sidecars;
using Sidecar.SessionApi.Status;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

var builder = WebApplication.CreateSlimBuilder(ServiceOptions.Of(args));
builder.AddServiceDefaults("session-api");
builder.AddListenAddress();
builder.AddApiErrors();
builder.AddTranscripts();
builder.AddSessions();
builder.AddWorkerClient();
builder.AddLive();
builder.AddStatus();

var app = builder.Build();
app.UseApiErrors();
app.UseLive();
app.MapDefaultEndpoints();
app.MapStatus();
app.MapSessions();
app.MapSidecars();
app.MapLive();
return await app.RunUntilStoppedAsync();
