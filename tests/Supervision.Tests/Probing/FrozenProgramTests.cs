using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sidecar.Supervision.Probing;
using Sidecar.Tests.Supervision.Containment;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Supervision.Probing;

/// <summary>What each kind of question finds out about a program that is stopped by the kernel.</summary>
public sealed class FrozenProgramTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);

    // Writes its port, then serves.
    private const string Server =
        "import http.server as h; s = h.ThreadingHTTPServer(('127.0.0.1', 0), h.SimpleHTTPRequestHandler); " +
        "print(s.server_address[1], flush=True); s.serve_forever()";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    [Fact]
    public async Task Server_Frozen_IsFoundByHttpAndNotByTcp()
    {
        Assert.SkipUnless(await HasPythonAsync(), "python3 is not installed.");
        using var child = await Child.StartAsync($"exec python3 -c \"{Server}\"");
        var port = int.Parse((await child.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var tcp = new TcpProbe("127.0.0.1", port);
        var http = new HttpProbe(_http, new Uri($"http://127.0.0.1:{port}/"));
        Assert.Null(await AskAsync(tcp, Child.Deadline));
        Assert.Null(await AskAsync(http, Child.Deadline));

        Freeze(child);

        Assert.Contains("did not answer in time", await AskAsync(http, Deadline), StringComparison.Ordinal);
        Assert.Null(await AskAsync(tcp, Child.Deadline));
    }

    [Fact]
    public async Task Tcp_NobodyListens_IsAFailure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.StartsWith($"127.0.0.1:{port}: ", await AskAsync(new TcpProbe("127.0.0.1", port), Child.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stdio_ProgramThatAnswersThenFreezes_IsFoundAndHeardAgainLater()
    {
        using var child = await Child.StartAsync("exec cat");
        var probe = new StdioProbe(child.Process.Input, "well?");
        var reading = ReadAsync(child, probe);
        Assert.Null(await AskAsync(probe, Child.Deadline));
        Assert.Null(await AskAsync(probe, Child.Deadline));

        Freeze(child);
        Assert.Equal("no line on its standard output answered in time", await AskAsync(probe, Deadline));
        Assert.NotNull(await AskAsync(probe, Deadline));

        TestSignals.Thaw(Run(child));
        Assert.Null(await AskAsync(probe, Child.Deadline));
        child.Process.Input.Close();
        // The two questions of before, and one for all three of the freeze.
        Assert.InRange(await reading.WaitAsync(Child.Deadline, TimeProvider.System), 3, 4);
    }

    [Fact]
    public async Task Stdio_ProgramThatHasClosedItsInput_IsAFailure()
    {
        using var child = await Child.StartAsync("true");
        await child.ExitAsync();

        Assert.StartsWith(
            "its standard input takes no question", await AskAsync(new StdioProbe(child.Process.Input, "well?"), Child.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_ProgramThatWorksThenFreezes_IsFound()
    {
        using var child = await Child.StartAsync("while :; do :; done");
        var probe = new ProgressProbe(
            () => 0, () => child.Process.UsageIn(Sidecar.Supervision.Containment.ProcessSnapshot.Take()).ProcessorTime);
        await WaitFor.True(async () => await AskAsync(probe, Child.Deadline) is null, Child.Deadline, "progress");

        Freeze(child);

        await WaitFor.True(
            async () => await AskAsync(probe, Child.Deadline) == "it neither wrote anything nor used processor time since the last look",
            Child.Deadline,
            "no progress");
    }

    [Fact]
    public async Task Progress_OutputWithoutProcessorTime_IsProgress()
    {
        var written = 0L;
        var probe = new ProgressProbe(() => written, () => TimeSpan.Zero);

        Assert.Null(await AskAsync(probe, Child.Deadline));
        Assert.NotNull(await AskAsync(probe, Child.Deadline));
        written++;
        Assert.Null(await AskAsync(probe, Child.Deadline));
    }

    public void Dispose() => _http.Dispose();

    private static Task<string?> AskAsync(IProbe probe, TimeSpan deadline) => probe.AskAsync(deadline, TimeProvider.System, CancellationToken.None);

    private static ProcessRun Run(Child child) => new(child.Process.Identity.ProcessId, child.Process.Identity.StartedAt);

    private static void Freeze(Child child) => TestSignals.Freeze(Run(child));

    private static async Task<bool> HasPythonAsync()
    {
        using var child = await Child.StartAsync("exec python3 --version");
        return await child.ExitAsync() == 0;
    }

    private static async Task<int> ReadAsync(Child child, StdioProbe probe)
    {
        var lines = 0;
        while (await child.ReadLineAsync() is not null)
        {
            lines++;
            probe.OnLine();
        }

        return lines;
    }
}
