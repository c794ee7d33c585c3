using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Ui;

/// <summary>The user interface that is served beside the API (section <c>Sidecar:Ui</c>).</summary>
internal sealed class UiOptions
{
    public const string Section = "Sidecar:Ui";

    /// <summary>The folder of a built single-page UI, with an <c>index.html</c>.</summary>
    /// <value>The default value is empty: the UI that comes with the server is served.</value>
    public string Root { get; set; } = "";
}

/// <summary>Checks that there is a UI where one is said to be.</summary>
internal sealed class UiOptionsValidator : IValidateOptions<UiOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, UiOptions options)
    {
        const string Key = $"{UiOptions.Section}:{nameof(UiOptions.Root)}";
        return options.Root.Length == 0 ? ValidateOptionsResult.Success
            : !Directory.Exists(options.Root) ? ValidateOptionsResult.Fail($"{Key} is \"{options.Root}\"; it must be a folder that exists, or empty for the UI that comes with the server.")
            : !File.Exists(Path.Combine(options.Root, UiFiles.Index)) ? ValidateOptionsResult.Fail($"{Key} is \"{options.Root}\"; it must be a folder with an {UiFiles.Index}.")
            : ValidateOptionsResult.Success;
    }
}
