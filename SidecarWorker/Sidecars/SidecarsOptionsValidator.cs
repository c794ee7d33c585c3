using Microsoft.Extensions.Options;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>Checks every sidecar with all its parts. Each failure is a sentence with the whole key, the value and what is allowed.</summary>
internal sealed class SidecarsOptionsValidator : IValidateOptions<SidecarsOptions>
{
    public const int MaxSidecars = 64;

    private const int MaxNameLength = 64;
    private const int MaxSendLength = 1000;
    private const string Root = "Sidecar:Sidecars";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SidecarsOptions options)
    {
        var failures = new List<string>();
        if (options.Sidecars.Count > MaxSidecars)
        {
            failures.Add($"{Root} has {options.Sidecars.Count} sidecars; it must have at most {MaxSidecars}.");
        }

        foreach (var (sidecar, settings) in options.Sidecars)
        {
            CheckName(sidecar, failures);
            Check($"{Root}:{sidecar}", settings ?? new SidecarOptions(), failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckName(string name, List<string> failures)
    {
        if (name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            failures.Add(
                $"{Root}:{name} is the section of a sidecar with the name \"{name}\"; a name must have 1 to {MaxNameLength} of letters, digits, '-' and '_'.");
        }
    }

    private static void Check(string key, SidecarOptions options, List<string> failures)
    {
        failures.AddRange(new SidecarOptionsRanges().Validate(key, options).Failures ?? []);
        failures.AddRange(Problems(key, options).Concat(ProbeProblems(key, options)));
    }

    private static IEnumerable<string> Problems(string key, SidecarOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Command))
        {
            yield return $"{key}:Command is not set; it must be a program: a path, or a name to be found on PATH.";
        }

        if (options.WorkingDirectory.Length > 0 && !Path.IsPathFullyQualified(options.WorkingDirectory))
        {
            yield return $"{key}:WorkingDirectory is {options.WorkingDirectory}; it must be an absolute path.";
        }

        foreach (var variable in options.Environment.Keys.Where(variable => variable.Length == 0 || variable.Contains('=')))
        {
            yield return $"{key}:Environment:{variable} is a variable with the name \"{variable}\"; a name must not be empty nor hold '='.";
        }

        if (options.AssignPort && options.Port != 0)
        {
            yield return $"{key}:Port is {options.Port}; it must be 0 or not set when {key}:AssignPort is true.";
        }

        if (options.Restart.MaxDelay < options.Restart.InitialDelay)
        {
            yield return
                $"{key}:Restart:MaxDelay is {options.Restart.MaxDelay}; " +
                $"it must be at least {key}:Restart:InitialDelay, which is {options.Restart.InitialDelay}.";
        }
    }

    private static IEnumerable<string> ProbeProblems(string key, SidecarOptions options)
    {
        var probe = options.Probe;
        if (probe.Kind is null)
        {
            yield return $"{key}:Probe:Type is {probe.Type}; it must be one of {string.Join(", ", Enum.GetNames<ProbeType>()).ToLowerInvariant()}.";
        }

        if (probe.Kind is ProbeType.Http or ProbeType.Tcp && probe.Port == 0 && options.Port == 0 && !options.AssignPort)
        {
            yield return $"{key}:Probe:Port is 0; it must be between 1 and 65535 unless {key}:Port or {key}:AssignPort is set.";
        }

        if (probe.Kind is ProbeType.Http && (!probe.Path.StartsWith('/') || !Uri.TryCreate($"http://localhost{probe.Path}", UriKind.Absolute, out _)))
        {
            yield return $"{key}:Probe:Path is {probe.Path}; it must be a path that begins with '/'.";
        }

        if (probe.Kind is ProbeType.Stdio && (probe.Send.Length is 0 or > MaxSendLength || probe.Send.AsSpan().ContainsAny('\r', '\n')))
        {
            yield return $"{key}:Probe:Send is \"{probe.Send}\"; it must be one line of 1 to {MaxSendLength} characters.";
        }
    }
}

/// <summary>Checks the ranges of one sidecar's settings under the path of its section.</summary>
[OptionsValidator]
internal sealed partial class SidecarOptionsRanges : IValidateOptions<SidecarOptions>;
