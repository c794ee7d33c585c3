using Sidecar.Supervision.Settings;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>A setting that is one of two words.</summary>
/// <param name="section">The configuration section that the setting is in.</param>
/// <param name="first">One word.</param>
/// <param name="second">The other.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ChoiceAttribute(string section, string first, string second) : SettingRangeAttribute(section)
{
    /// <inheritdoc/>
    protected override string Allowed => $"{first} or {second}";

    /// <inheritdoc/>
    protected override bool Contains(object? value) => value is string word && (word == first || word == second);
}
