using System.Text.Json;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Workspaces;

/// <summary>A server with one session that works in a repository.</summary>
internal sealed class WorkspaceServer(params (string Key, string Value)[] settings) : IAsyncDisposable
{
    private readonly SessionServer _server = new(settings);

    public TestRepository Repository { get; } = new();

    /// <summary>Where the session works; the repository unless the test says otherwise.</summary>
    public string? WorkDir { get; init; }

    private string? _session;

    /// <summary>Asks about the session's workspace.</summary>
    public async Task<JsonElement> GetAsync(string resource, params (string Name, string Value)[] parameters)
    {
        using var response = await SendAsync(resource, parameters);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    public async Task<HttpResponseMessage> SendAsync(string resource, params (string Name, string Value)[] parameters)
    {
        using var client = _server.CreateClient();
        if (_session is null)
        {
            using var created = await client.PostAsync(
                "/api/sessions", HttpAnswers.Json($$"""{"workDir":{{JsonSerializer.Serialize(WorkDir ?? Repository.Path)}}}"""));
            _session = (await created.JsonAsync()).GetProperty("sessionId").GetString();
        }

        var query = string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
        return await client.GetAsync($"/api/sessions/{_session}/workspace/{resource}?{query}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Repository.Dispose();
    }
}
