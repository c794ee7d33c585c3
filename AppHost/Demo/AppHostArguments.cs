namespace Sidecar.AppHost.Demo;

/// <summary>What the command line asks for.</summary>
/// <param name="IsDemo">Whether everything is to be tried with made-up sessions and a scripted agent.</param>
/// <param name="Settings">The rest: settings such as <c>--Sidecar:Port=4000</c>.</param>
internal sealed record AppHostArguments(bool IsDemo, string[] Settings)
{
    private const string DemoSwitch = "--demo";

    // What the generic host itself understands.
    private static readonly string[] HostKeys = ["environment", "contentRoot", "applicationName"];

    /// <summary>Reads the command line of a local run.</summary>
    /// <returns>The arguments, or the sentence that says which is not allowed.</returns>
    public static (AppHostArguments Arguments, string? Problem) Read(string[] args)
    {
        var settings = args.Where(argument => argument != DemoSwitch).ToArray();
        return (new AppHostArguments(settings.Length < args.Length, settings), FindUnknown(settings) is { } unknown
            ? $"The AppHost knows no argument '{unknown}'; allowed are {DemoSwitch} and settings such as --Sidecar:Port=4000."
            : null);
    }

    private static string? FindUnknown(string[] settings)
    {
        for (var i = 0; i < settings.Length; i++)
        {
            var name = settings[i].TrimStart('-', '/');
            var end = name.IndexOf('=', StringComparison.Ordinal);
            var key = end < 0 ? name : name[..end];
            if (!key.Contains(':', StringComparison.Ordinal) && !HostKeys.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                return settings[i];
            }

            if (end < 0 && ++i == settings.Length)
            {
                return settings[^1]; // a key without its value
            }
        }

        return null;
    }
}
