using System.Net.Sockets;

namespace Sidecar.Supervision.Probing;

/// <summary>
/// A TCP connection that must be accepted. Weak: the kernel accepts for a frozen or deadlocked process until its backlog is full, so this finds
/// a program that is gone or does not listen yet, and not one that hangs. For programs that answer nothing better.
/// </summary>
/// <param name="host">A name or an address; all addresses of a name are tried.</param>
/// <param name="port">The port.</param>
public sealed class TcpProbe(string host, int port) : IProbe
{
    /// <inheritdoc/>
    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, cancellationToken);
            return null;
        }
        catch (SocketException exception)
        {
            return $"{host}:{port}: {exception.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"{host}:{port} did not accept a connection in time";
        }
    }
}
