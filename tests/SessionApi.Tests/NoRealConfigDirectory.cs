using System.Runtime.CompilerServices;

namespace Sidecar.Tests.SessionApi;

/// <summary>No test of this assembly may see the history or the git settings of whoever runs it, whatever it forgets to configure.</summary>
internal static class NoRealConfigDirectory
{
    [ModuleInitializer]
    internal static void Set()
    {
        Environment.SetEnvironmentVariable("CLAUDE_CONFIG_DIR", Path.Combine(Path.GetTempPath(), "sidecar-no-config-directory"));
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", "/dev/null");
        Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
    }
}
