using Sidecar.SessionApi.Models;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Models;

public sealed class ModelTests
{
    // What the shell of whoever runs the tests may have set.
    private static readonly (string, string)[] NoVariables =
    [
        ("ANTHROPIC_MODEL", ""), ("ANTHROPIC_DEFAULT_OPUS_MODEL", ""), ("ANTHROPIC_DEFAULT_SONNET_MODEL", ""), ("ANTHROPIC_DEFAULT_HAIKU_MODEL", ""),
    ];

    [Fact]
    public async Task List_NothingConfigured_HasTheClisAliases()
    {
        await using var server = new SessionServer(NoVariables);
        using var client = server.CreateClient();

        var list = await client.GetJsonAsync("/api/models");

        Assert.Equal(["default", "opus", "sonnet", "haiku"], list.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, list.GetProperty("provider").ValueKind);
        Assert.Equal("default", (await client.GetJsonAsync("/api/models/current")).GetProperty("model").GetProperty("id").GetString());
    }

    [Fact]
    public async Task List_Configured_IsWhatIsConfigured()
    {
        await using var server = new SessionServer(("Sidecar:Models:Available:0:Id", "mine"), ("Sidecar:Models:Available:0:Context", "1m"));
        using var client = server.CreateClient();

        Assert.Equal(
            """[{"id":"mine","name":"mine","description":"","context":"1m"}]""",
            (await client.GetJsonAsync("/api/models")).GetProperty("models").GetRawText());
    }

    [Fact]
    public async Task List_NamedByTheEnvironmentAndTheSettings_HasThose()
    {
        await using var server = new SessionServer([.. NoVariables, ("ANTHROPIC_MODEL", "main-1")]);
        await File.WriteAllTextAsync(Path.Combine(server.Home.Config, "settings.json"), """{"env":{"ANTHROPIC_DEFAULT_HAIKU_MODEL":"small-1"}}""");
        using var client = server.CreateClient();

        Assert.Equal(
            ["main-1", "small-1"],
            (await client.GetJsonAsync("/api/models")).GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("sonnet", "sonnet", "200k", null)]
    [InlineData("sonnet:1m", "sonnet", "1m", "1m")]
    [InlineData("vendor.model-v1:0", "vendor.model-v1:0", "200k", null)]
    public async Task Current_Put_IsStoredForTheCli(string chosen, string id, string shown, string? stored)
    {
        await using var server = new SessionServer(NoVariables);
        using var client = server.CreateClient();

        using var response = await client.PutAsync("/api/models/current", HttpAnswers.Json($$"""{"modelId":"{{chosen}}"}"""));

        Assert.Equal($$"""{"ok":true,"model":"{{chosen}}"}""", await response.Content.ReadAsStringAsync());
        var model = (await client.GetJsonAsync("/api/models/current")).GetProperty("model");
        Assert.Equal(id, model.GetProperty("id").GetString());
        Assert.Equal(shown, model.GetProperty("context").GetString());
        var settings = await client.GetJsonAsync("/api/settings/user");
        Assert.Equal(id, settings.GetProperty("model").GetString());
        Assert.Equal(stored, settings.TryGetProperty("modelContext", out var context) ? context.GetString() : null);
    }

    [Fact]
    public async Task Effort_Put_IsStored()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        Assert.Equal("""{"level":"high","available":["low","medium","high","xhigh","max"]}""", (await client.GetJsonAsync("/api/effort")).GetRawText());

        using var response = await client.PutAsync("/api/effort", HttpAnswers.Json("""{"level":"low"}"""));

        Assert.Equal("""{"ok":true,"level":"low"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("low", (await client.GetJsonAsync("/api/effort")).GetProperty("level").GetString());
    }

    [Theory]
    [InlineData("", "Sidecar:Models:Available:1:Id is \"\"")]
    [InlineData("opus", "another model has the same")]
    public void Options_ModelThatIsWrong_AreRefusedByName(string id, string failure)
    {
        var options = new ModelOptions { Available = [new ModelOption { Id = "opus" }, new ModelOption { Id = id }] };

        Assert.Contains(failure, new ModelOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_TooManyModels_AreRefused()
    {
        var options = new ModelOptions { Available = [.. Enumerable.Range(0, 101).Select(i => new ModelOption { Id = $"m{i}" })] };

        Assert.Contains("at most 100", new ModelOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }
}
