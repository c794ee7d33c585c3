using Sidecar.ServiceDefaults;
using Sidecar.SessionApi.Transcripts;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("session-api");
builder.AddTranscripts();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
