using Sidecar.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("sidecar-worker");

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
