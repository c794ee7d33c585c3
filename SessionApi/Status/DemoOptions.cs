using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Status;

/// <summary>Whether this server shows made-up sessions (the setting <c>Sidecar:Demo</c>). Only told: what it shows is in its config folder.</summary>
internal sealed class DemoOptions
{
    public const string Section = "Sidecar";

    private const string Key = $"{Section}:{nameof(Demo)}";

    /// <summary>True or false.</summary>
    /// <value>The default value is false.</value>
    public string? Demo { get; set; }

    public bool IsDemo => bool.TryParse(Demo, out var isDemo) && isDemo;

    /// <summary>Checks <see cref="DemoOptions"/>.</summary>
    internal sealed class Validator : IValidateOptions<DemoOptions>
    {
        public ValidateOptionsResult Validate(string? name, DemoOptions options) =>
            options.Demo is null or "" || bool.TryParse(options.Demo, out _)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Key} is \"{options.Demo}\"; it must be true or false.");
    }
}
