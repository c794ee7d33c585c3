using Sidecar.ServiceDefaults;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("session-api");
builder.AddTranscripts();
builder.AddWorkerClient();
builder.AddLive();

var app = builder.Build();
app.UseLive();
app.MapDefaultEndpoints();
app.MapLive();
await app.RunAsync();
