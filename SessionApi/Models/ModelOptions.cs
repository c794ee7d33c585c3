using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Models;

/// <summary>The models that clients may choose from (section <c>Sidecar:Models</c>).</summary>
internal sealed class ModelOptions
{
    public const string Section = "Sidecar:Models";

    public const int MaxAvailable = 100;

    /// <summary>The list, in its order. Empty: the models that the environment names, else the CLI's own aliases.</summary>
    /// <value>The default value is empty; there may be 100.</value>
    public IList<ModelOption> Available { get; set; } = [];
}

/// <summary>A model that clients may choose.</summary>
internal sealed class ModelOption
{
    /// <summary>What the CLI is given as <c>--model</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>What clients show. Empty: the id.</summary>
    public string Name { get; set; } = "";

    /// <summary>A sentence for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>The size of its context window, as it is shown.</summary>
    /// <value>The default value is <c>200k</c> tokens.</value>
    public string Context { get; set; } = "200k";
}

/// <summary>Checks the list. Each failure names the key, the value and what is allowed.</summary>
internal sealed class ModelOptionsValidator : IValidateOptions<ModelOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var failures = new List<string>();
        if (options.Available.Count > ModelOptions.MaxAvailable)
        {
            failures.Add(
                $"{ModelOptions.Section}:Available has {options.Available.Count} models; it must have at most {ModelOptions.MaxAvailable}.");
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Available.Count; i++)
        {
            var id = options.Available[i].Id;
            if (string.IsNullOrWhiteSpace(id))
            {
                failures.Add($"{ModelOptions.Section}:Available:{i}:Id is \"{id}\"; it must be the name of a model.");
            }
            else if (!ids.Add(id))
            {
                failures.Add($"{ModelOptions.Section}:Available:{i}:Id is \"{id}\"; another model has the same, and each must have its own.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
