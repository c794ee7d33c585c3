using System.Buffers;
using System.Text.Json;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Sessions;

/// <summary>One page of the session list, written from rows that are JSON already.</summary>
internal sealed class SessionListPage(CatalogView view, IndexStorageState storage, string? project, int offset, int limit) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var sanitized = project is null ? null : ProjectDirectoryName.Sanitize(project);
        var rows = view.Snapshot.Rows;
        var matching = sanitized is null
            ? rows.AsMemory()
            : rows.Where(row => ProjectDirectoryName.IsNameOf(row.ProjectName, sanitized)).ToArray();
        var total = view.Total ?? matching.Length;
        var start = Math.Min(offset, matching.Length);
        var page = matching.Slice(start, Math.Min(limit, matching.Length - start));
        var tail = Tail(total);

        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Length(page.Span, tail);
        Write(response.BodyWriter, page.Span, tail);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private static ReadOnlySpan<byte> Head => "{\"sessions\":["u8;

    private static long Length(ReadOnlySpan<SessionRow> page, ReadOnlySpan<byte> tail)
    {
        long length = Head.Length + tail.Length + Math.Max(0, page.Length - 1);
        foreach (var row in page)
        {
            length += row.Item.Length;
        }

        return length;
    }

    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<SessionRow> page, ReadOnlySpan<byte> tail)
    {
        output.Write(Head);
        for (var i = 0; i < page.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.Write(page[i].Item.Span);
        }

        output.Write(tail);
    }

    // ],"total":…,"index":{…}}
    private byte[] Tail(int total)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("],\"total\":"u8);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteNumberValue(total);
            json.Flush();
            buffer.Write(",\"index\":"u8);
            json.Reset();
            WriteIndex(json);
        }

        buffer.Write("}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteIndex(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("mode"u8, "on"u8);
        json.WriteString("state"u8, view.Index.State switch
        {
            CatalogState.Building => "building"u8,
            CatalogState.Degraded => "degraded"u8,
            _ => "ready"u8,
        });
        json.WriteNumber("discovered"u8, view.Index.Discovered);
        json.WriteNumber("indexed"u8, view.Index.Indexed);
        json.WriteNumber("degradedSources"u8, view.Index.DegradedSources);
        json.WriteNumber("databaseBytes"u8, storage.DatabaseBytes);
        json.WriteNumber("walBytes"u8, storage.WalBytes);
        json.WriteString("lastUpdatedAt"u8, view.Snapshot.UpdatedAt is { } updated ? TranscriptTime.Format(updated) : null);
        json.WriteString("lastErrorCode"u8, view.Index.LastErrorCode);
        json.WriteEndObject();
    }
}
