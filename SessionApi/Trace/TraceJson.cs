using System.Text.Json.Serialization;

namespace Sidecar.SessionApi.Trace;

internal sealed record TraceView(string SessionId, TraceSummary Summary, IReadOnlyList<TraceCall> Calls, IReadOnlyList<string> Events);

internal sealed record TraceSummary(
    int ApiCalls,
    int FailedCalls,
    long TotalDurationMs,
    long TotalInputTokens,
    long TotalOutputTokens,
    IReadOnlyList<TracedModel> Models,
    string? UpdatedAt);

internal sealed record TracedModel(string Model, int Calls);

/// <summary>One call to a model. Its start is the time of the line before its answer.</summary>
internal sealed record TraceCall(
    string Id,
    string SessionId,
    string Source,
    string? Model,
    string Status,
    string StartedAt,
    string? CompletedAt,
    long? DurationMs,
    TraceUsage Usage,
    TraceRequest Request,
    TraceResponse Response,
    TraceError? Error);

internal sealed record TraceUsage(long InputTokens, long OutputTokens, long CacheReadInputTokens, long CacheCreationInputTokens);

internal sealed record TraceRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers, TraceBody Body);

internal sealed record TraceResponse(int Status, IReadOnlyDictionary<string, string> Headers, TraceBody Body);

/// <param name="ContentType"><c>json</c> or <c>empty</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">In hexadecimal digits.</param>
/// <param name="Preview">How it begins.</param>
/// <param name="Truncated">Whether it goes on.</param>
internal sealed record TraceBody(string ContentType, long Bytes, string Sha256, string Preview, bool Truncated)
{
    public static TraceBody Empty { get; } = new("empty", 0, "", "", Truncated: false);
}

internal sealed record TraceError(string Name, string Message);

internal sealed record TraceCallView(TraceCall Call);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TraceView))]
[JsonSerializable(typeof(TraceCallView))]
internal sealed partial class TraceJson : JsonSerializerContext;
