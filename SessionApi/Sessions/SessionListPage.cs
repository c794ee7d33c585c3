using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>One page of the session list as JSON, put together from rows that are JSON already.</summary>
internal sealed class SessionListPage
{
    // Below the size from which an array is collected only with everything else.
    private const int SegmentBytes = 64 * 1024;

    private readonly SessionRows _rows;
    private readonly int _start;
    private readonly int _count;
    private readonly byte[] _tail;

    /// <param name="view">What the list is now.</param>
    /// <param name="rows">The rows of all pages.</param>
    /// <param name="start">The index of the page's first row.</param>
    /// <param name="count">How many rows from there on are in the page; they exist.</param>
    /// <param name="total">How many rows the answer says there are.</param>
    public SessionListPage(CatalogView view, SessionRows rows, int start, int count, int total)
    {
        (_rows, _start, _count) = (rows, start, count);
        _tail = Tail(view, total);
        Length = Head.Length + _tail.Length + Math.Max(0, count - 1) + rows.Slice(start, count).Sum(static row => (long)row.Item.Length);
    }

    /// <summary>Its size in bytes.</summary>
    public long Length { get; }

    private static ReadOnlySpan<byte> Head => "{\"sessions\":["u8;

    /// <summary>Writes it piece by piece: a client that reads slowly holds up a piece, not the page.</summary>
    public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        output.Write(Head);
        var (separator, unflushed) = (false, 0);
        foreach (var row in _rows.Slice(_start, _count))
        {
            if (separator)
            {
                output.Write(","u8);
            }

            output.Write(row.Item.Span);
            separator = true;
            unflushed += row.Item.Length;
            if (unflushed >= SegmentBytes)
            {
                unflushed = 0;
                if ((await output.FlushAsync(cancellationToken)).IsCompleted)
                {
                    return;
                }
            }
        }

        output.Write(_tail);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>A copy in a few arrays.</summary>
    public ReadOnlyMemory<byte>[] ToSegments()
    {
        var segments = new byte[(Length + SegmentBytes - 1) / SegmentBytes][];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = new byte[Math.Min(SegmentBytes, Length - ((long)i * SegmentBytes))];
        }

        var position = 0L;
        Append(segments, ref position, Head);
        var separator = false;
        foreach (var row in _rows.Slice(_start, _count))
        {
            Append(segments, ref position, separator ? ","u8 : []);
            Append(segments, ref position, row.Item.Span);
            separator = true;
        }

        Append(segments, ref position, _tail);
        return Array.ConvertAll(segments, static segment => (ReadOnlyMemory<byte>)segment);
    }

    private static void Append(byte[][] segments, ref long position, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = segments[position / SegmentBytes].AsSpan((int)(position % SegmentBytes));
            var copied = Math.Min(room.Length, bytes.Length);
            bytes[..copied].CopyTo(room);
            bytes = bytes[copied..];
            position += copied;
        }
    }

    // ],"total":…,"index":{…}}
    private static byte[] Tail(CatalogView view, int total)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("],\"total\":"u8);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteNumberValue(total);
            json.Flush();
            buffer.Write(",\"index\":"u8);
            json.Reset();
            WriteIndex(json, view);
        }

        buffer.Write("}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes how far the list can be trusted, as an object.</summary>
    public static void WriteIndex(Utf8JsonWriter json, CatalogView view)
    {
        json.WriteStartObject();
        json.WriteString("mode"u8, "on"u8);
        json.WriteString("state"u8, CatalogStates.Name(view.Index.State));
        json.WriteNumber("discovered"u8, view.Index.Discovered);
        json.WriteNumber("indexed"u8, view.Index.Indexed);
        json.WriteNumber("degradedSources"u8, view.Index.DegradedSources);
        json.WriteNumber("databaseBytes"u8, view.StoredBytes.Database);
        json.WriteNumber("walBytes"u8, view.StoredBytes.Log);
        json.WriteString("lastUpdatedAt"u8, view.Snapshot.UpdatedAt is { } updated ? TranscriptTime.Format(updated) : null);
        json.WriteString("lastErrorCode"u8, view.Index.LastErrorCode);
        json.WriteEndObject();
    }
}
