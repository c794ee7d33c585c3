using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>What a launch may ask for. Values become arguments of the CLI, so none of them may look like an option.</summary>
internal static class LaunchRules
{
    private const int MaxValueLength = 200;

    private static readonly string[] PermissionModes = ["default", "acceptEdits", "plan", "bypassPermissions", "dontAsk", "auto"];
    private static readonly string[] Efforts = ["low", "medium", "high", "xhigh", "max"];

    /// <exception cref="WorkerException">A field is not allowed; the message names field, value and what is allowed.</exception>
    public static void Check(AgentLaunch launch)
    {
        CheckPlain("launchId", launch.LaunchId, required: true);
        CheckPlain("model", launch.Model, required: false);
        CheckOneOf("permissionMode", launch.PermissionMode, PermissionModes);
        CheckOneOf("effort", launch.Effort, Efforts);
        if (string.IsNullOrEmpty(launch.WorkDir) || !Path.IsPathFullyQualified(launch.WorkDir))
        {
            throw WorkerException.BadRequest($"\"workDir\" must be an absolute path, not \"{launch.WorkDir}\".");
        }
    }

    private static void CheckPlain(string name, string? value, bool required)
    {
        var bad = string.IsNullOrEmpty(value)
            ? required
            : value.Length > MaxValueLength || value[0] == '-' || value.AsSpan().ContainsAnyInRange('\0', ' ');
        if (bad)
        {
            throw WorkerException.BadRequest(
                $"\"{name}\" must be 1 to {MaxValueLength} characters without blanks or control characters and not begin with '-'; it was \"{value}\".");
        }
    }

    private static void CheckOneOf(string name, string? value, string[] allowed)
    {
        if (value is not null && !allowed.Contains(value))
        {
            throw WorkerException.BadRequest($"\"{name}\" must be one of {string.Join(", ", allowed)}; it was \"{value}\".");
        }
    }
}
