using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// Writes a session's events as server-sent events (WHATWG HTML, section 9.2): <c>id</c>, <c>event</c> and one line of <c>data</c>.
/// The bytes of a message go out as they came in.
/// </summary>
internal static class EventStream
{
    // The response keeps what is not flushed in blocks of its own, and the blocks for later.
    private const int MaxUnflushedBytes = 64 * 1024;

    // A comment by which a reader, or a person with curl, sees that the line is alive.
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);
    private static readonly byte[] KeepAlive = ": keep-alive\n\n"u8.ToArray();

    public static async Task WriteAsync(
        AgentSession session, string? lastEventId, HttpResponse response, TimeProvider time, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        var writer = response.BodyWriter;
        var after = StartAfter(session, lastEventId, writer);
        var hasPlace = !string.IsNullOrEmpty(lastEventId);
        using var reader = session.Events.Attach(after);
        await writer.FlushAsync(cancellationToken); // the headers, so that the caller knows it is attached

        var batch = new List<SessionEvent>();
        while (reader.Take(batch) is { } more)
        {
            if (batch.Count == 0)
            {
                try
                {
                    await more.WaitAsync(KeepAliveInterval, time, cancellationToken);
                }
                catch (TimeoutException)
                {
                    await writer.WriteAsync(KeepAlive, cancellationToken);
                }

                continue;
            }

            // A reader that asked for the oldest event has missed nothing; one that had a place has, if that place was left behind.
            if (hasPlace && batch[0].Sequence != after + 1)
            {
                WriteGap(writer, new AgentEventId(session.Epoch, after).ToString(), session.Epoch, batch[0].Sequence);
            }

            foreach (var item in batch)
            {
                Write(writer, session.Epoch, item);
                if (writer.UnflushedBytes > MaxUnflushedBytes)
                {
                    await writer.FlushAsync(cancellationToken);
                }
            }

            (after, hasPlace) = (batch[^1].Sequence, true);
            batch.Clear();
            await writer.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Where to go on; writes a gap event when that place is not kept.</summary>
    private static long StartAfter(AgentSession session, string? lastEventId, PipeWriter writer)
    {
        if (string.IsNullOrEmpty(lastEventId))
        {
            return 0;
        }

        var (first, last) = session.Events.Range;
        if (AgentEventId.TryParse(lastEventId, out var after) && after.Epoch == session.Epoch && after.Sequence >= first - 1 && after.Sequence <= last)
        {
            return after.Sequence;
        }

        WriteGap(writer, lastEventId, session.Epoch, first);
        return first - 1;
    }

    private static void WriteGap(PipeWriter writer, string requested, string epoch, long first)
    {
        WriteField(writer, "event", AgentEventTypes.Gap);
        WriteData(writer, JsonSerializer.SerializeToUtf8Bytes(new AgentGap(requested, epoch, first), WorkerJson.Default.AgentGap));
    }

    private static void Write(PipeWriter writer, string epoch, in SessionEvent item)
    {
        writer.Write("id: "u8);
        Encoding.UTF8.GetBytes(epoch, writer);
        writer.Write("."u8);
        Span<byte> digits = stackalloc byte[20];
        item.Sequence.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        writer.Write(digits[..length]);
        writer.Write("\n"u8);
        WriteField(writer, "event", item.Type);
        WriteData(writer, item.Data.Span);
    }

    private static void WriteField(PipeWriter writer, string name, string value) =>
        Encoding.UTF8.GetBytes($"{name}: {value}\n", writer);

    private static void WriteData(PipeWriter writer, ReadOnlySpan<byte> data)
    {
        writer.Write("data: "u8);
        writer.Write(data);
        writer.Write("\n\n"u8);
    }
}
