using System.Security.Cryptography;
using System.Text;
using Sidecar.SessionApi.Inspection;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Trace;

/// <summary>
/// The calls of a session to its model, as far as the transcript tells: the answers, when they came and what they cost in tokens. What was sent
/// is not in it. A message of several blocks is several lines with one id.
/// </summary>
internal sealed class SessionTrace(string sessionId)
{
    /// <summary>As many of the newest calls are listed.</summary>
    public const int MaxCalls = 1000;

    // As much of an answer as clients show in a list.
    private const int PreviewBytes = 2048;

    private readonly Queue<TraceCall> _calls = new();
    private readonly SortedDictionary<string, int> _models = new(StringComparer.Ordinal);
    private TraceSummary _summary = new(0, 0, 0, 0, 0, [], null);
    private OpenCall? _open;
    private string? _before;

    /// <summary>The only call that is wanted; null for all.</summary>
    public string? OnlyId { get; init; }

    public static async Task<TraceView> ReadAsync(string path, string sessionId, string? onlyId, CancellationToken cancellationToken)
    {
        var trace = new SessionTrace(sessionId) { OnlyId = onlyId };
        using var file = TranscriptLineReader.Open(path);
        using var reader = new TranscriptLineReader(file, offset: 0) { End = RandomAccess.GetLength(file), Condenses = true };
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                trace.Take(line.Span);
            }
        }

        trace.Close();
        return new TraceView(
            sessionId,
            trace._summary with { Models = [.. trace._models.Select(model => new TracedModel(model.Key, model.Value))] },
            [.. trace._calls],
            []);
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var position = 0;
        for (var start = 0; TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry; start = position)
        {
            var time = entry.Timestamp.Text(line);
            if (entry.Type.IsText(line, "assistant"u8) && entry.Uuid.Text(line) is { } uuid)
            {
                TakeAnswer(line, in entry, uuid, time, IsError(line[start..position]));
            }
            else if (entry.Type.IsText(line, "user"u8))
            {
                Close();
            }

            _before = time ?? _before;
        }
    }

    private void TakeAnswer(ReadOnlySpan<byte> line, in TranscriptLine entry, string uuid, string? time, bool isError)
    {
        var message = MessageMembers.Of(line, entry.Message);
        var id = message.Id.Text(line) ?? uuid;
        if (_open?.Id != id)
        {
            Close();
            _open = new OpenCall(id, message.Model.Text(line), _before ?? time ?? "");
        }

        _open.CompletedAt = time ?? _open.CompletedAt;
        _open.IsError |= isError;
        _open.Usage = message.Usage.IsPresent && line[message.Usage.Start] == '{' ? TokenCounts.Of(line, message.Usage) : _open.Usage;
        _open.Add(message.Content.In(line), PreviewBytes);
    }

    private void Close()
    {
        if (_open is not { } open)
        {
            return;
        }

        _open = null;
        var call = open.ToCall(sessionId);
        _summary = _summary with
        {
            ApiCalls = _summary.ApiCalls + 1,
            FailedCalls = _summary.FailedCalls + (open.IsError ? 1 : 0),
            TotalDurationMs = _summary.TotalDurationMs + (call.DurationMs ?? 0),
            TotalInputTokens = _summary.TotalInputTokens + open.Usage.Input,
            TotalOutputTokens = _summary.TotalOutputTokens + open.Usage.Output,
            UpdatedAt = open.CompletedAt ?? _summary.UpdatedAt,
        };
        if (open.Model is { } model && (_models.Count < MaxCalls || _models.ContainsKey(model)))
        {
            _models[model] = _models.GetValueOrDefault(model) + 1;
        }

        if (OnlyId is null || OnlyId == open.Id)
        {
            _calls.Enqueue(call);
            if (_calls.Count > MaxCalls)
            {
                _calls.Dequeue();
            }
        }
    }

    private static bool IsError(ReadOnlySpan<byte> json)
    {
        var members = new JsonObjectWalker(json, json.IndexOf((byte)'{'));
        while (members.Next(out var name, out var value))
        {
            if (name.SequenceEqual("isApiErrorMessage"u8))
            {
                return value.IsTrue(json);
            }
        }

        return false;
    }

    /// <summary>A call whose answer may have more lines.</summary>
    private sealed class OpenCall(string id, string? model, string startedAt)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly StringBuilder _preview = new();
        private long _bytes;

        public string Id => id;

        public string? Model => model;

        public string? CompletedAt { get; set; }

        public bool IsError { get; set; }

        public TokenCounts Usage { get; set; }

        public void Add(ReadOnlySpan<byte> content, int previewBytes)
        {
            _hash.AppendData(content);
            var room = (int)Math.Clamp(previewBytes - _bytes, 0, content.Length);
            _preview.Append(Encoding.UTF8.GetString(content[..room]));
            _bytes += content.Length;
        }

        public TraceCall ToCall(string sessionId)
        {
            using (_hash)
            {
                var preview = _preview.ToString();
                return new TraceCall(
                    id,
                    sessionId,
                    "anthropic",
                    model,
                    IsError ? "error" : "ok",
                    startedAt,
                    CompletedAt,
                    Duration(startedAt, CompletedAt),
                    new TraceUsage(Usage.Input, Usage.Output, Usage.CacheRead, Usage.CacheCreation),
                    new TraceRequest("POST", "", new Dictionary<string, string>(), TraceBody.Empty),
                    new TraceResponse(
                        IsError ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK,
                        new Dictionary<string, string>(),
                        new TraceBody("json", _bytes, Convert.ToHexStringLower(_hash.GetHashAndReset()), preview, _bytes > PreviewBytes)),
                    IsError ? new TraceError("APIError", preview) : null);
            }
        }

        private static long? Duration(string start, string? end) =>
            TranscriptTime.TryParse(Quoted(start), out var from, out _) && TranscriptTime.TryParse(Quoted(end), out var to, out _) && to >= from
                ? (to - from) / TimeSpan.TicksPerMillisecond
                : null;

        private static byte[] Quoted(string? time) => Encoding.UTF8.GetBytes($"\"{time}\"");
    }
}
