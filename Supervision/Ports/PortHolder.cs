using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sidecar.Supervision.Containment;

namespace Sidecar.Supervision.Ports;

/// <summary>Whether a port is free, and who has it.</summary>
public static class PortHolder
{
    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Whether something listens on the port of 127.0.0.1, or of all addresses.</summary>
    public static bool IsTaken(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            // As Kestrel does on Unix: a port in TIME_WAIT is free.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, !OperatingSystem.IsWindows());
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return true;
        }
    }

    /// <summary>A free port of 127.0.0.1, chosen by the system. Another process may take it before it is used.</summary>
    public static int FindFree()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A sentence that names the port, its holder where that can be known, and the setting to change.</summary>
    public static string Explain(int port, string setting = "Sidecar:Port")
    {
        var holder = OperatingSystem.IsLinux() && FindHolder(port) is { } id ? $" by process {id} ({ProcFs.CommandName(id)})" : "";
        return $"Port {port} is in use{holder}. Stop that program, or choose another port with {setting} ({setting.Replace(":", "__", StringComparison.Ordinal)}=4000).";
    }

    /// <summary>The process that listens on the port: its socket's inode stands in /proc/net/tcp and among its open files (proc(5)).</summary>
    private static int? FindHolder(int port)
    {
        var sockets = SocketTables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => IsListener(fields, port))
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet();
        foreach (var processId in ProcFs.ProcessIds())
        {
            if (ProcFs.OpenFiles(processId).Any(sockets.Contains))
            {
                return processId;
            }
        }

        return null;
    }

    // sl local_address:port rem_address:port st … inode, numbers in hexadecimal; state 0A listens.
    private static bool IsListener(string[] fields, int port) =>
        fields.Length > 9
        && fields[3] == "0A"
        && int.TryParse(fields[1].AsSpan(fields[1].IndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var local)
        && local == port;
}
