using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Settings;

namespace Sidecar.SessionApi.Models;

/// <summary>A model that a session can run with.</summary>
/// <param name="Id">What the CLI is given.</param>
/// <param name="Name">What is shown.</param>
/// <param name="Description">A sentence for people.</param>
/// <param name="Context">The size of the context window in tokens, as it is shown: <c>200k</c>.</param>
internal sealed record ModelInfo(string Id, string Name, string Description, string Context);

/// <summary>Which models there are, from configuration and environment, and which of them is chosen.</summary>
internal sealed class ModelCatalog(IOptions<ModelOptions> configured, IConfiguration environment)
{
    private const string UsualContext = "200k";
    private const string MainVariable = "ANTHROPIC_MODEL";

    // What every version of the CLI takes for the newest of its kind: names of versions would be outdated soon.
    private static readonly ModelInfo[] Aliases =
    [
        new("default", "Default", "What the agent CLI chooses", UsualContext),
        new("opus", "Opus", "The most capable", UsualContext),
        new("sonnet", "Sonnet", "For everyday work", UsualContext),
        new("haiku", "Haiku", "The fastest", UsualContext),
    ];

    private static readonly (string Variable, string Description)[] Variables =
    [
        (MainVariable, "Main model"),
        ("ANTHROPIC_DEFAULT_OPUS_MODEL", "Opus model"),
        ("ANTHROPIC_DEFAULT_SONNET_MODEL", "Sonnet model"),
        ("ANTHROPIC_DEFAULT_HAIKU_MODEL", "Haiku model"),
    ];

    /// <summary>All of them; never empty.</summary>
    public IReadOnlyList<ModelInfo> List(JsonObject settings)
    {
        if (configured.Value.Available is { Count: > 0 } available)
        {
            return [.. available.Select(model => new ModelInfo(model.Id, model.Name.Length > 0 ? model.Name : model.Id, model.Description, model.Context))];
        }

        var named = Variables
            .Select(variable => (Id: Variable(settings, variable.Variable), variable.Description))
            .Where(model => model.Id is not null)
            .DistinctBy(model => model.Id)
            .Select(model => new ModelInfo(model.Id!, model.Id!, model.Description, UsualContext))
            .ToList();
        return named.Count > 0 ? named : Aliases;
    }

    /// <summary>The one that new sessions run with. A model that is not in the list can be chosen, too.</summary>
    public ModelInfo Current(JsonObject settings)
    {
        var all = List(settings);
        var defaults = SessionDefaults.Of(settings);
        var id = defaults.Model ?? Variable(settings, MainVariable);
        var context = defaults.Model is null ? null : defaults.ModelContext;
        var model = id is null
            ? all[0]
            : all.FirstOrDefault(candidate => candidate.Id == $"{id}:{context}")
                ?? all.FirstOrDefault(candidate => candidate.Id == id)
                ?? new ModelInfo(id, id, "Chosen by name", UsualContext);
        return context is null ? model : model with { Context = context };
    }

    // The CLI reads variables from its environment and from "env" of the settings.
    private string? Variable(JsonObject settings, string name) =>
        environment[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : SessionDefaults.Text(settings["env"] as JsonObject, name);
}
