using System.Net;
using System.Net.Sockets;
using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Faults;

/// <summary>What keeps the system from starting is said in a sentence that tells what to do.</summary>
public sealed class StartTests : OwnSystemTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Start_PortIsTaken_NamesPortHolderAndSetting()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var sidecar = Launch(("Sidecar__Port", $"{port}"));

        Assert.Equal(1, await sidecar.ExitAsync(Deadline));
        Assert.Contains($"Port {port} is in use by process {Environment.ProcessId}", sidecar.Output, StringComparison.Ordinal);
        Assert.Contains("Sidecar__Port", sidecar.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sidecar__Port", "0", "Sidecar:Port is 0; it must be between 1 and 65535.")]
    [InlineData("Sidecar__Port", "65536", "Sidecar:Port is 65536; it must be between 1 and 65535.")]
    [InlineData("Sidecar__Port", "many", "'many' at 'Sidecar:Port'")]
    [InlineData("Sidecar__Agent__MaxSessions", "many", "'many' at 'Sidecar:Agent:MaxSessions'")]
    [InlineData("Sidecar__Live__StopPatience", "soon", "'soon' at 'Sidecar:Live:StopPatience'")]
    [InlineData("Sidecar__Agent__MaxSessions", "0", "Sidecar:Agent:MaxSessions is 0; it must be between 1 and 100000.")]
    [InlineData("Sidecar__Live__StopPatience", "00:10:00", "Sidecar:Live:StopPatience is 00:10:00; it must be a duration between 00:00:00.1000000 and 00:05:00.")]
    public async Task Start_SettingIsInvalid_NamesKeyValueAndRange(string variable, string value, string text)
    {
        var sidecar = Launch((variable, value));

        Assert.Equal(1, await sidecar.ExitAsync(Deadline));
        Assert.Contains(text, sidecar.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", sidecar.Output, StringComparison.Ordinal);
    }
}
