using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.TestSupport.Ui;

/// <summary>
/// What the web UI asks for, in its order and as much at once as it does: from the load of the page to the deletion of a session. It tolerates what
/// the UI tolerates; whoever runs it judges the calls.
/// </summary>
public sealed class UiSequence(HttpClient http, int port)
{
    private readonly List<UiCall> _calls = [];

    /// <summary>All calls so far, in the order of their answers.</summary>
    public IReadOnlyList<UiCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The page is loaded: what must answer, the sidebar, and the screen for a new session.</summary>
    public async Task LoadPageAsync()
    {
        const string Step = "load";
        await GetAsync(Step, "/health");
        await GetAsync(Step, "/api/status");
        await AllAsync(
            Step,
            "/api/permissions/mode", "/api/models", "/api/models/current", "/api/effort", "/api/settings/user", "/api/h5-access", "/api/traces/settings");
        await AllAsync(Step, "/api/desktop-ui/preferences", "/api/sessions?limit=400", "/api/sessions?limit=200", "/api/scheduled-tasks");
        await AllAsync(Step, "/api/skills", "/api/agents", "/api/providers");
    }

    /// <summary>A folder is chosen and "Run" is pressed.</summary>
    /// <returns>The new session's id.</returns>
    public async Task<string> CreateAsync(string workDir)
    {
        const string Step = "create";
        var folder = Uri.EscapeDataString(workDir);
        await AllAsync(Step, "/api/sessions/recent-projects?limit=10", $"/api/filesystem/browse?path={folder}");
        await GetAsync(Step, $"/api/sessions/repository-context?workDir={folder}");
        await GetAsync(Step, "/api/providers/auth-status");
        var created = await SendAsync(Step, HttpMethod.Post, "/api/sessions", new JsonObject { ["workDir"] = workDir, ["permissionMode"] = "default" });
        await GetAsync(Step, "/api/sessions?limit=400");
        return created.Body.GetProperty("sessionId").GetString()!;
    }

    /// <summary>A session is clicked: its socket, its history and all that is shown around it.</summary>
    public async Task<UiSocket> OpenAsync(string id, string workDir)
    {
        const string Step = "open";
        var folder = Uri.EscapeDataString(workDir);
        var around = AllAsync(
            Step,
            $"/api/tasks/lists/{id}",
            $"/api/workflows/session-runs/{id}",
            $"/api/sessions/{id}/messages",
            $"/api/sessions/{id}/slash-commands",
            $"/api/teams/session/{id}/workbench",
            $"/api/sessions/{id}/git-info",
            $"/api/sessions/{id}/git-info",
            $"/api/agents?cwd={folder}",
            "/api/providers",
            $"/api/sessions/{id}/inspection?includeContext=1&contextOnly=1",
            $"/api/sessions/{id}/turn-checkpoints",
            $"/api/sessions/{id}/workspace/status",
            $"/api/sessions/repository-context?workDir={folder}");
        var socket = await UiSocket.OpenAsync(port, id);
        await socket.UntilAsync("connected");
        await socket.UntilAsync("permission_requests_snapshot");
        await around;
        await GetAsync(Step, $"/api/teams/session/{id}/workbench");
        return socket;
    }

    /// <summary>A message is sent, and its answer is shown.</summary>
    /// <returns>The types of the frames of the turn.</returns>
    public async Task<IReadOnlyList<string>> RunTurnAsync(UiSocket socket, string id, string content)
    {
        const string Step = "turn";
        await socket.SendAsync("user_message", ("content", content), ("attachments", new JsonArray()));
        await GetAsync(Step, $"/api/tasks/lists/{id}");
        var (types, _) = await socket.UntilAsync("message_complete");
        await AfterTurnAsync(Step, id);
        return types;
    }

    /// <summary>A message makes the agent ask, and a person says yes.</summary>
    /// <returns>The types of the frames of the turn.</returns>
    public async Task<IReadOnlyList<string>> AllowAsync(UiSocket socket, string id, string content)
    {
        const string Step = "permission";
        await socket.SendAsync("user_message", ("content", content), ("attachments", new JsonArray()));
        var (before, asked) = await socket.UntilAsync("permission_request");
        await GetAsync(Step, $"/api/tasks/lists/{id}");
        await socket.SendAsync("permission_response", ("requestId", asked.GetProperty("requestId").GetString()), ("allowed", true));
        var (after, _) = await socket.UntilAsync("message_complete");
        await AfterTurnAsync(Step, id);
        return [.. before, .. after];
    }

    /// <summary>A session is renamed.</summary>
    public Task RenameAsync(string id, string title) =>
        SendAsync("rename", HttpMethod.Patch, $"/api/sessions/{id}", new JsonObject { ["title"] = title });

    /// <summary>A session is deleted while it is open.</summary>
    public async Task DeleteAsync(UiSocket socket, string id)
    {
        const string Step = "delete";
        await SendAsync(Step, HttpMethod.Delete, $"/api/sessions/{id}", body: null);
        await socket.UntilClosedAsync();
        await GetAsync(Step, "/api/sessions?limit=400");
    }

    /// <summary>Several sessions are deleted.</summary>
    public Task DeleteAsync(params string[] ids) => SendAsync(
        "delete", HttpMethod.Post, "/api/sessions/batch-delete", new JsonObject { ["sessionIds"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) });

    private Task AfterTurnAsync(string step, string id) => AllAsync(
        step,
        $"/api/sessions/{id}/messages",
        $"/api/sessions/{id}/turn-checkpoints",
        $"/api/sessions/{id}/workspace/status",
        $"/api/sessions/{id}/git-info",
        $"/api/sessions/{id}/inspection?includeContext=1&contextOnly=1");

    private async Task AllAsync(string step, params string[] paths) => await Task.WhenAll(paths.Select(path => GetAsync(step, path)));

    private Task<UiCall> GetAsync(string step, string path) => SendAsync(step, HttpMethod.Get, path, body: null);

    private async Task<UiCall> SendAsync(string step, HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        var started = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var call = new UiCall(
            step,
            $"{method} {path}",
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            Stopwatch.GetElapsedTime(started),
            IsJson(response.Content.Headers.ContentType) ? JsonElement.Parse(bytes) : default);
        lock (_calls)
        {
            _calls.Add(call);
        }

        return call;
    }

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
}
