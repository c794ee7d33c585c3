using System.Buffers;
using System.Net.WebSockets;

namespace Sidecar.SessionApi.Live;

/// <summary>What came of waiting for a client's message.</summary>
internal enum InboundOutcome
{
    /// <summary>It was given on.</summary>
    Taken,

    /// <summary>The client closes instead.</summary>
    Closed,

    /// <summary>It is longer than it may be; a part of it has not been read.</summary>
    TooLong,
}

/// <summary>Reads one message of a client from its socket. Nothing is held while none comes: most sockets are idle.</summary>
internal static class InboundMessage
{
    // Enough for every control message; a longer message takes a buffer of its size while it is received.
    private const int BufferBytes = 4 * 1024;

    /// <summary>Waits for a message and gives it to <paramref name="onMessage"/>, which may use it until it returns.</summary>
    /// <exception cref="WebSocketException">The line was cut.</exception>
    public static async Task<InboundOutcome> ReceiveAsync(
        WebSocket socket, long maxBytes, Action<ReadOnlyMemory<byte>> onMessage, CancellationToken cancellationToken)
    {
        // Waiting with an empty buffer: an idle socket holds no memory of ours.
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
        if (first.MessageType == WebSocketMessageType.Close)
        {
            return InboundOutcome.Closed;
        }

        if (first.EndOfMessage)
        {
            onMessage(ReadOnlyMemory<byte>.Empty); // it has no content, and nothing of it will follow
            return InboundOutcome.Taken;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return InboundOutcome.Closed;
                }

                length += received.Count;
                if (length > maxBytes)
                {
                    return InboundOutcome.TooLong;
                }

                if (received.EndOfMessage)
                {
                    onMessage(buffer.AsMemory(0, length));
                    return InboundOutcome.Taken;
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads on until the peer's close: unread bytes would make the system reset the line, and the peer would not learn why.</summary>
    public static async Task DiscardAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
