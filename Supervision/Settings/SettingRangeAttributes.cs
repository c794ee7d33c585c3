using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Sidecar.Supervision.Settings;

/// <summary>
/// A setting with a smallest and a greatest value. The error names the configuration key, the value and what is allowed.
/// (<see cref="RangeAttribute"/> cannot do that, and for <see cref="TimeSpan"/> it needs reflection.) Settings that exist several times are
/// validated under a name that is their section's path, such as <c>Sidecar:Sidecars:web</c>; it takes the place of the constant section.
/// </summary>
public abstract class SettingRangeAttribute(string section) : ValidationAttribute
{
    /// <summary>The allowed range in words, such as <c>between 00:00:01 and 01:00:00</c>.</summary>
    protected abstract string Allowed { get; }

    /// <summary>Whether the value lies in the range.</summary>
    protected abstract bool Contains(object? value);

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => Contains(value)
        ? ValidationResult.Success
        : new ValidationResult(
            string.Create(CultureInfo.InvariantCulture, $"{Section(validationContext)}:{validationContext.MemberName} is {value ?? "not set"}; it must be {Allowed}."));

    // A generated validator calls the member "<name of the options>.<part>.<member>", and "<class>.<member>" for options without a name.
    private string Section(ValidationContext context)
    {
        var end = context.DisplayName.LastIndexOf('.');
        return end > 0 && context.DisplayName.AsSpan(0, end).Contains(':') ? context.DisplayName[..end].Replace('.', ':') : section;
    }
}

/// <summary>A duration between two others, both allowed.</summary>
/// <param name="section">The configuration section that the setting is in.</param>
/// <param name="minimum">As <c>hh:mm:ss.fff</c> or <c>d.hh:mm:ss</c>.</param>
/// <param name="maximum">Likewise.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string section, string minimum, string maximum) : SettingRangeAttribute(section)
{
    private readonly TimeSpan _minimum = TimeSpan.Parse(minimum, CultureInfo.InvariantCulture);
    private readonly TimeSpan _maximum = TimeSpan.Parse(maximum, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override string Allowed => $"a duration between {_minimum:c} and {_maximum:c}";

    /// <inheritdoc/>
    protected override bool Contains(object? value) => value is TimeSpan duration && duration >= _minimum && duration <= _maximum;
}

/// <summary>A count or a number of bytes between two others, both allowed.</summary>
/// <param name="section">The configuration section that the setting is in.</param>
/// <param name="minimum">The smallest value allowed.</param>
/// <param name="maximum">The greatest value allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberRangeAttribute(string section, long minimum, long maximum) : SettingRangeAttribute(section)
{
    /// <inheritdoc/>
    protected override string Allowed => string.Create(CultureInfo.InvariantCulture, $"between {minimum} and {maximum}");

    /// <inheritdoc/>
    protected override bool Contains(object? value) => value switch
    {
        int number => number >= minimum && number <= maximum,
        long number => number >= minimum && number <= maximum,
        _ => false,
    };
}
