using System.Net.WebSockets;
using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Ui;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>What the web UI does from the load of its page to the deletion of a session, against the whole system.</summary>
public abstract class UiSequenceTests : OwnSystemTest
{
    [Fact]
    public async Task Ui_FromLoadToDelete_GetsWhatItNeeds()
    {
        var sidecar = await StartAsync();
        var existing = await sidecar.CreateSessionAsync();
        var workDir = sidecar.Folder.CreateFolder("work", "ui");
        var ui = new UiSequence(sidecar.Http, sidecar.Port);

        await ui.LoadPageAsync();
        (await ui.OpenAsync(existing.Id, existing.WorkDir)).Dispose();
        var created = await ui.CreateAsync(workDir);
        using var socket = await ui.OpenAsync(created, workDir);
        await socket.SendAsync("prewarm_session");
        var turn = await ui.RunTurnAsync(socket, created, "hello");
        var asked = await ui.AllowAsync(socket, created, Prompts.Write(Path.Combine(workDir, "allowed.txt"), "yes"));
        await ui.RenameAsync(created, "Renamed");
        var renamed = await sidecar.GetAsync($"/api/sessions/{created}");
        await ui.DeleteAsync(socket, created);
        await ui.DeleteAsync(existing.Id);

        AssertAllAnswered(ui.Calls);
        AssertInOrder(turn, "content_start", "content_delta", "message_complete");
        AssertInOrder(asked, "tool_use_complete", "permission_request", "permission_resolved", "tool_result", "message_complete");
        Assert.Equal("yes", await File.ReadAllTextAsync(Path.Combine(workDir, "allowed.txt")));
        Assert.Equal("Renamed", renamed.GetProperty("title").GetString());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.True(Of(ui, "GET /api/providers/auth-status").GetProperty("hasAuth").GetBoolean());
        var row = Of(ui, "GET /api/sessions?limit=400", "create").GetProperty("sessions").EnumerateArray().Single(session => session.GetProperty("id").GetString() == created);
        Assert.Equal("available", row.GetProperty("workspaceState").GetString());
        // The history is what the UI shows after a reconnect, so the turn is in it when it is complete.
        Assert.Contains("Echo: hello", Of(ui, $"GET /api/sessions/{created}/messages", "turn").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, (await sidecar.GetAsync("/api/sessions")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Session_WithoutChoicesOfItsOwn_RunsWithTheUsualOnesAndGoesOnWithThemAfterARestart()
    {
        var sidecar = await StartAsync();
        using var mode = await sidecar.Http.PutAsync("/api/permissions/mode", Json("""{"mode":"acceptEdits"}"""));
        using var effort = await sidecar.Http.PutAsync("/api/effort", Json("""{"level":"low"}"""));
        Assert.True(mode.IsSuccessStatusCode && effort.IsSuccessStatusCode);
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);

        await client.RunTurnAsync("hello");
        TestSignals.Kill(sidecar.SessionApi);
        await client.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        await after.RunTurnAsync("again");

        var arguments = Assert.Single(sidecar.Agents.StartsOf(session)).Arguments;
        Assert.Equal("acceptEdits", arguments[arguments.ToList().IndexOf("--permission-mode") + 1]);
        Assert.Equal("low", arguments[arguments.ToList().IndexOf("--effort") + 1]);
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static void AssertAllAnswered(IReadOnlyList<UiCall> calls)
    {
        // The UI reads every answer as JSON, an error too.
        Assert.All(calls, call => Assert.True(call.Body.ValueKind == JsonValueKind.Object, $"{call.Name} is {call.ContentType}, {call.Status}"));
        Assert.All(calls, call => Assert.True(IsWorkbench(call) ? call.Status == 404 : call.Status is 200 or 201, $"{call.Name}: {call.Status}"));
        foreach (var (name, member) in new[]
        {
            ("GET /health", "status"), ("GET /api/permissions/mode", "mode"), ("GET /api/models", "models"), ("GET /api/models/current", "model"),
            ("GET /api/effort", "level"),
        })
        {
            Assert.True(calls.First(call => call.Name == name).Body.TryGetProperty(member, out _), name);
        }
    }

    // Not found is the answer for a session that leads no team of agents.
    private static bool IsWorkbench(UiCall call) => call.Name.StartsWith("GET /api/teams/session/", StringComparison.Ordinal);

    private static void AssertInOrder(IReadOnlyList<string> types, params string[] expected)
    {
        var places = expected.Select(type => types.ToList().IndexOf(type)).ToList();
        Assert.True(!places.Contains(-1) && places.SequenceEqual(places.Order()), $"Expected in order {string.Join(", ", expected)}, got {string.Join(", ", types)}");
    }

    private static JsonElement Of(UiSequence ui, string name, string? step = null) =>
        ui.Calls.First(call => call.Name == name && (step is null || call.Step == step)).Body;
}
