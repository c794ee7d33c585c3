using System.Runtime.CompilerServices;

namespace Sidecar.Tests.SessionApi;

/// <summary>No test of this assembly may see the history of whoever runs it, whatever it forgets to configure.</summary>
internal static class NoRealConfigDirectory
{
    [ModuleInitializer]
    internal static void Set() =>
        Environment.SetEnvironmentVariable("CLAUDE_CONFIG_DIR", Path.Combine(Path.GetTempPath(), "sidecar-no-config-directory"));
}
