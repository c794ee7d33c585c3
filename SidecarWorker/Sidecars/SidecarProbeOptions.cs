using Sidecar.Supervision.Probing;
using Sidecar.Supervision.Settings;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>What a named sidecar is asked.</summary>
internal enum ProbeType
{
    /// <summary>Nothing: only its end is seen.</summary>
    None,

    /// <summary>A GET that must be answered with a success status.</summary>
    Http,

    /// <summary>A connection that must be accepted, which a frozen program's kernel does too.</summary>
    Tcp,

    /// <summary>A line on standard input that must be answered by one on standard output.</summary>
    Stdio,

    /// <summary>Output or processor time since the last look.</summary>
    Progress,
}

/// <summary>How it is found out that a named sidecar hangs (section <c>Sidecar:Sidecars:{name}:Probe</c>).</summary>
internal sealed class SidecarProbeOptions : ProbeOptions
{
    /// <summary>One of <see cref="ProbeType"/>, in any case. A string, so that the error for a wrong one can say what is allowed.</summary>
    public string Type { get; set; } = nameof(ProbeType.None);

    /// <summary>What an HTTP probe asks for. <c>{port}</c> stands for the port.</summary>
    public string Path { get; set; } = "/";

    /// <summary>The port that is asked, when it is not the sidecar's own. Zero: the sidecar's.</summary>
    [NumberRange(Section, 0, 65_535)]
    public int Port { get; set; }

    /// <summary>The line that a stdio probe sends. <c>{port}</c> stands for the port.</summary>
    public string Send { get; set; } = "";

    /// <summary><see cref="Type"/>, or null when there is no such type.</summary>
    public ProbeType? Kind => Enum.GetValues<ProbeType>().Cast<ProbeType?>()
        .FirstOrDefault(kind => string.Equals(kind.ToString(), Type, StringComparison.OrdinalIgnoreCase));
}
