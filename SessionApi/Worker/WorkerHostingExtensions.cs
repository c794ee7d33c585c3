using System.Net.Http.Headers;
using Sidecar.Contracts;

namespace Sidecar.SessionApi.Worker;

internal static class WorkerHostingExtensions
{
    // What service discovery finds when nobody says where the worker is: its own default address.
    private const string DefaultAddress = "http://127.0.0.1:3457";

    /// <summary>Adds the client of the worker, found by its name.</summary>
    public static void AddWorkerClient(this WebApplicationBuilder builder)
    {
        var key = $"services:{WorkerContract.ServiceName}:http:0";
        if (builder.Configuration[key] is null)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, DefaultAddress)]);
        }

        var secret = builder.Configuration[WorkerContract.SecretKey];
        builder.Services.AddHttpClient<WorkerClient>(http =>
        {
            http.BaseAddress = new Uri($"http://{WorkerContract.ServiceName}");
            http.DefaultRequestHeaders.Authorization = secret is { Length: > 0 } ? new AuthenticationHeaderValue("Bearer", secret) : null;
        });
        builder.Services.AddSingleton<WorkerEvents>();
    }
}
