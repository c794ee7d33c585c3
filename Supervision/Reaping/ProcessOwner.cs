using System.Globalization;
using Sidecar.Supervision.Containment;

namespace Sidecar.Supervision.Reaping;

/// <summary>
/// Who started a child, as every process of its tree carries it in its marker: <c>namespace-pid-start/…</c>. With it an orphan is known
/// without any file: its owner is not alive any more. A marker does not outlive a boot, because no process does.
/// </summary>
/// <param name="Namespace">The process namespace; ids of another one mean other processes.</param>
/// <param name="Identity">The owner's process.</param>
public sealed record ProcessOwner(string Namespace, ProcessIdentity Identity)
{
    private const string NoNamespace = "0";

    /// <summary>This process.</summary>
    public static ProcessOwner Current() => new(
        (OperatingSystem.IsLinux() ? ProcFs.OwnNamespace() : null) ?? NoNamespace,
        ProcessIdentity.Of(Environment.ProcessId) ?? new ProcessIdentity(Environment.ProcessId, 0));

    /// <summary>A marker that says that this owner started the child.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="child">What makes it unique among the owner's children.</param>
    public ProcessMarker Marker(string name, string child) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{Namespace}-{Identity.ProcessId}-{Identity.StartedAt}/{child}"));

    /// <summary>The owner that a marker's value names, or null when it names none.</summary>
    public static ProcessOwner? Of(string? markerValue)
    {
        if (markerValue?.IndexOf('/') is not (> 0 and var end) || markerValue[..end].Split('-') is not [var space, var id, var start])
        {
            return null;
        }

        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var startedAt)
            ? new ProcessOwner(space, new ProcessIdentity(processId, startedAt))
            : null;
    }
}
