using System.Net;
using System.Net.Sockets;
using Sidecar.Supervision.Ports;

namespace Sidecar.Tests.Supervision.Ports;

public sealed class PortHolderTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public void Explain_OurOwnListener_NamesThisProcessAndTheSetting(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var sentence = PortHolder.Explain(port);

        Assert.True(PortHolder.IsTaken(port));
        Assert.StartsWith($"Port {port} is in use by process {Environment.ProcessId} (", sentence, StringComparison.Ordinal);
        Assert.Contains("Sidecar:Port", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_PortOfAConnectedClient_IsNotTakenForAListener()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        var port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;

        Assert.StartsWith($"Port {port} is in use. ", PortHolder.Explain(port), StringComparison.Ordinal);
    }

    [Fact]
    public void FindFree_JustAsked_IsNotTaken()
    {
        var port = PortHolder.FindFree();

        Assert.InRange(port, 1, 65535);
        Assert.False(PortHolder.IsTaken(port));
    }
}
