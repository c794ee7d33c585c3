using Sidecar.ServiceDefaults;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Status;
using Sidecar.SessionApi.Transcripts;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("session-api");
builder.AddApiErrors();
builder.AddTranscripts();
builder.AddSessions();

var app = builder.Build();
app.UseApiErrors();
app.MapDefaultEndpoints();
app.MapStatus();
app.MapSessions();
await app.RunAsync();
