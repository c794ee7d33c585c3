using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Sessions;

/// <summary>
/// Answers <c>GET /api/projects</c>: what <c>GET /api/sessions?project=</c> would answer for each project, as a count and the newest of its rows.
/// </summary>
internal sealed class ProjectList(SessionCatalog catalog, IndexStorageStatus storage, SessionPages pages)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly StringValues Revalidate = "private, no-cache";
    private static readonly StringValues DoNotStore = "no-store";

    public async Task AnswerAsync(HttpContext context)
    {
        var view = await catalog.ReadAsync(needed: 0, project: null, context.RequestAborted);
        var stored = storage.Current;
        view = view with { StoredBytes = (stored.DatabaseBytes, stored.WalBytes) };
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = view.IsBuilding ? DoNotStore : Revalidate;
        if (!view.IsBuilding)
        {
            var tag = pages.Of(view).ProjectsTag;
            response.Headers.ETag = tag;
            if (SessionList.Names(request.Headers.IfNoneMatch, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        var content = Write(view);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.BodyWriter.WriteAsync(content, context.RequestAborted);
        }
    }

    private static ReadOnlyMemory<byte> Write(CatalogView view)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, Json);
        json.WriteStartObject();
        json.WriteStartArray("projects"u8);
        foreach (var (newest, count) in view.Snapshot.ByProject.Select(rows => (rows[0], rows.Count)).OrderBy(project => project.Item1, SessionRowOrder.Instance))
        {
            json.WriteStartObject();
            json.WriteString("projectPath"u8, newest.ProjectName);
            json.WriteString("workDir"u8, newest.WorkspaceKey.WorkDir);
            json.WriteNumber("sessionCount"u8, count);
            json.WriteString("modifiedAt"u8, newest.ModifiedAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("total"u8, view.Snapshot.Rows.Count);
        json.WritePropertyName("index"u8);
        SessionListPage.WriteIndex(json, view);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
