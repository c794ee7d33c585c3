using Microsoft.Extensions.Options;

namespace Sidecar.Supervision.Settings;

/// <summary>Tells a person what is wrong with the configuration, in place of a stack trace.</summary>
public static class SettingErrors
{
    /// <summary>A sentence that names key and value, or null when the exception is about something else.</summary>
    public static string? Describe(Exception exception) => Reasons(exception) is { } reasons ? $"The configuration is not valid. {reasons}" : null;

    private static string? Reasons(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(' ', invalid.Failures),
        // What the configuration binder throws for a value that it cannot read; its message names key, value and type.
        InvalidOperationException { InnerException: FormatException or OverflowException or ArgumentException } unreadable => unreadable.Message,
        AggregateException several when several.InnerExceptions.All(inner => Reasons(inner) is not null) =>
            string.Join(' ', several.InnerExceptions.Select(Reasons)),
        _ => null,
    };
}
