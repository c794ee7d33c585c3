using Sidecar.ServiceDefaults;
using Sidecar.Tests.SickService;

// A web service that is well until a POST to /freeze, /spin, /deadlock, /starve, /leak or /exit makes it ill.
// A GET is answered through the thread pool and through a lock, as in many a real service.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("sick-service");
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapDefaultEndpoints();
app.MapPost("/{illness}", (string illness, HttpResponse response) => Illness.Begin(illness, response) ? Results.Accepted() : Results.NotFound());
app.MapGet("/", async () =>
{
    await Task.Yield();
    return Illness.Ask();
});
app.Run();
