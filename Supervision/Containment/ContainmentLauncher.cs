namespace Sidecar.Supervision.Containment;

/// <summary>
/// The util-linux programs that stand before a command: <c>setpriv --pdeathsig</c> ties it to our life and <c>setsid</c> gives it a
/// session of its own. Both replace themselves by the command, so the process id is the command's.
/// Where they are missing (other systems, minimal images) the marker alone contains the tree.
/// </summary>
internal static class ContainmentLauncher
{
    private static readonly string? SetPriv = FindTool("setpriv");
    private static readonly string? SetSid = FindTool("setsid");

    public static IEnumerable<string> Prefix(ParentDeath parentDeath)
    {
        if (SetPriv is not null && parentDeath != ParentDeath.None)
        {
            yield return SetPriv;
            yield return "--pdeathsig";
            yield return parentDeath == ParentDeath.Kill ? "KILL" : "TERM";
            yield return "--";
        }

        if (SetSid is not null)
        {
            yield return SetSid;
        }
    }

    private static string? FindTool(string name) =>
        OperatingSystem.IsLinux() ? ExecutablePath.Find(name, Environment.GetEnvironmentVariable("PATH")) : null;
}
