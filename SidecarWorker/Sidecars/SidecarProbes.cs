using System.Globalization;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Probing;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>Makes the question that the settings describe.</summary>
internal static class SidecarProbes
{
    // By name: a server may listen on the IPv6 loopback only, as Node does for "localhost".
    private const string Host = "localhost";

    /// <summary>The question for one run; null when there is none.</summary>
    public static IProbe? Create(SidecarProbeOptions options, int port, ContainedProcess process, SidecarOutput output, HttpClient http)
    {
        var asked = options.Port > 0 ? options.Port : port;
        return options.Kind switch
        {
            ProbeType.Http => new HttpProbe(
                http, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{asked}{SidecarLaunch.Fill(options.Path, asked)}"))),
            ProbeType.Tcp => new TcpProbe(Host, asked),
            ProbeType.Stdio => new StdioProbe(process.Input, SidecarLaunch.Fill(options.Send, port > 0 ? port : null)),
            ProbeType.Progress => new ProgressProbe(() => output.Bytes, () => process.UsageIn(ProcessSnapshot.Take()).ProcessorTime),
            _ => null,
        };
    }
}
