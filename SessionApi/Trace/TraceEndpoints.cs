using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Trace;

/// <summary>The calls of a session to its model.</summary>
internal static class TraceEndpoints
{
    public static IEndpointRouteBuilder MapTrace(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions/{id}/trace", List)
            .Describe("listTraceCalls", "The calls of a session to its model as its transcript tells them, with their sums. Times are in milliseconds.")
            .Answers(TraceJson.Default.TraceView)
            .Fails(404);
        routes.MapGet("/api/sessions/{id}/trace/calls/{callId}", Find)
            .Describe("readTraceCall", "One call of a session to its model.")
            .Answers(TraceJson.Default.TraceCallView)
            .Fails(404);
        return routes;
    }

    internal static async Task<IResult> List(string id, TranscriptStore store, CancellationToken cancellationToken) =>
        store.Locate(id) is { } location
            ? TypedResults.Json(await SessionTrace.ReadAsync(location.CurrentPath, id, onlyId: null, cancellationToken), TraceJson.Default.TraceView)
            : ApiError.SessionNotFound(id);

    internal static async Task<IResult> Find(string id, string callId, TranscriptStore store, CancellationToken cancellationToken)
    {
        if (store.Locate(id) is not { } location)
        {
            return ApiError.SessionNotFound(id);
        }

        var trace = await SessionTrace.ReadAsync(location.CurrentPath, id, callId, cancellationToken);
        return trace.Calls is [.., var call]
            ? TypedResults.Json(new TraceCallView(call), TraceJson.Default.TraceCallView)
            : ApiError.NotFound($"No such call in session {id}: {callId}");
    }
}
