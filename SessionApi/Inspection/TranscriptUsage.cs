using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Inspection;

/// <summary>What a session has used, in the shape that clients show. Tokens, dollars, seconds.</summary>
internal sealed record UsageView(
    string Source,
    double TotalCostUSD,
    string CostDisplay,
    bool HasUnknownModelCost,
    double TotalAPIDuration,
    double TotalDuration,
    long TotalLinesAdded,
    long TotalLinesRemoved,
    long TotalInputTokens,
    long TotalOutputTokens,
    long TotalCacheReadInputTokens,
    long TotalCacheCreationInputTokens,
    long TotalWebSearchRequests,
    IReadOnlyList<ModelUsageView> Models);

internal sealed record ModelUsageView(
    string Model,
    string DisplayName,
    long InputTokens,
    long OutputTokens,
    long CacheReadInputTokens,
    long CacheCreationInputTokens,
    long WebSearchRequests,
    double CostUSD,
    string CostDisplay,
    long ContextWindow,
    long MaxOutputTokens);

/// <summary>
/// What the messages of a transcript say of tokens. What a branch has inherited was billed to the session that it came from. Prices are not known here.
/// </summary>
internal sealed class TranscriptUsage
{
    // Models of one session; more were made up.
    private const int MaxModels = 64;

    private readonly SortedDictionary<string, TokenSum> _models = new(StringComparer.Ordinal);

    /// <summary>The model that answered last; null when none has.</summary>
    public string? LastModel { get; private set; }

    public static async Task<TranscriptUsage> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var usage = new TranscriptUsage();
        using var file = TranscriptLineReader.Open(path);
        using var reader = new TranscriptLineReader(file, offset: 0) { End = RandomAccess.GetLength(file), Condenses = true };
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                usage.Take(line.Span);
            }
        }

        return usage;
    }

    public UsageView ToView()
    {
        var counts = _models.Select(model => (Model: model.Key, model.Value.Total)).ToList();
        var total = counts.Aggregate(default(TokenCounts), (sum, model) => sum + model.Total);
        return new UsageView(
            "transcript", 0, "", HasUnknownModelCost: true, 0, 0, 0, 0, total.Input, total.Output, total.CacheRead, total.CacheCreation, 0,
            [.. counts.Select(model => new ModelUsageView(
                model.Model, model.Model, model.Total.Input, model.Total.Output, model.Total.CacheRead, model.Total.CacheCreation, 0, 0, "", 0, 0))]);
    }

    /// <summary>Takes one line.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        var position = 0;
        while (TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry)
        {
            if (entry.Type.IsText(line, "assistant"u8) && (!entry.ForkedFrom.IsPresent || entry.ForkedFrom.IsNull(line)))
            {
                Take(line, entry.Message);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> line, JsonSlice message)
    {
        var members = MessageMembers.Of(line, message);
        if (members.Model.Text(line) is not { } model || model == "<synthetic>")
        {
            return;
        }

        LastModel = model;
        if (_models.TryGetValue(model, out var sum) || _models.Count < MaxModels)
        {
            (sum ?? (_models[model] = new TokenSum())).Add(line, in members);
        }
    }
}
