using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Topologies;

/// <summary>What the scenarios do with a system, by the routes that every client has.</summary>
internal static class TopologyClient
{
    // A freeze is found within 4 s with the quick probes; a start by `dotnet run` on a busy machine takes the rest.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The process of a service; null while there is none.</summary>
    public static ProcessRun? Find(this ITopology topology, string program) => RunningSystem.MarkedService(topology.Folder, program);

    /// <summary>The process of a service that is there.</summary>
    public static ProcessRun Process(this ITopology topology, string program) =>
        topology.Find(program) ?? throw new InvalidOperationException($"There is no {program}. Output:\n{topology.Output}");

    /// <summary>Waits until a service has another process than before, and both services are healthy.</summary>
    public static Task BackAsync(this ITopology topology, string program, ProcessRun before) => WaitFor.True(
        async () => topology.Find(program) is { } now && now != before
            && await IsHealthyAsync(topology.SessionApi) && await IsHealthyAsync(topology.Worker),
        Deadline,
        $"the restart of {program}. Output:\n{topology.Output}");

    /// <summary>Whether a service says that it is healthy.</summary>
    public static async Task<bool> IsHealthyAsync(HttpClient service)
    {
        try
        {
            using var answer = await service.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>The ids of the sessions in the list.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(this ITopology topology)
    {
        var list = await topology.SessionApi.GetFromJsonAsync<JsonElement>("/api/sessions");
        return [.. list.GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("id").GetString()!)];
    }

    /// <summary>Creates a session in a working directory of its own.</summary>
    public static Task<Session> CreateSessionAsync(this ITopology topology) =>
        RunningSystem.CreateSessionAsync(topology.SessionApi, topology.Folder.CreateFolder("work", Guid.NewGuid().ToString("n")));

    /// <summary>Opens a client socket, also while the service may be on its way back.</summary>
    public static Task<LiveClient> ConnectAsync(this ITopology topology, Session session)
    {
        var address = new UriBuilder(topology.SessionApi.BaseAddress!) { Scheme = "ws", Path = $"/ws/{session.Id}" }.Uri;
        return LiveClient.RejoinAsync(address, () => topology.Output, Deadline);
    }
}
