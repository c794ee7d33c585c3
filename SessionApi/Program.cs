using Sidecar.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("session-api");

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
