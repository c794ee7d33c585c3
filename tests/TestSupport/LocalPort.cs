using System.Net;
using System.Net.Sockets;

namespace Sidecar.Tests.TestSupport;

/// <summary>Finds ports for programs that are to be started.</summary>
public static class LocalPort
{
    /// <summary>A free port that no outgoing connection of this machine is given in the moment before it is used.</summary>
    public static int Find()
    {
        while (true)
        {
            // Below the range from which Linux takes ports for connections and for listeners that do not care.
            var port = Random.Shared.Next(18_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
