using System.Globalization;
using System.Text.Json;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search;

/// <summary>What a client searches for:
/// <code>{"query":"…","limit":50,"matchesPerSession":5,"caseSensitive":false,"project":"-home-ana-app","modifiedAfter":"2026-01-01T00:00:00Z","modifiedBefore":"…"}</code>
/// </summary>
internal sealed record SessionSearchQuery
{
    private const int MaxQueryUnits = 1000;
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;
    private const int DefaultMatches = 5;
    private const int MaxMatches = 20;

    /// <summary>Without white space at its ends, and not empty.</summary>
    public required string Text { get; init; }

    /// <summary>How many sessions are answered.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>How many matches of each.</summary>
    public int MatchesPerSession { get; init; } = DefaultMatches;

    public bool IsCaseSensitive { get; init; }

    /// <summary>The name of a project directory; null for all.</summary>
    public string? Project { get; init; }

    /// <summary>The oldest and newest conversation that count, in UTC ticks, both included.</summary>
    public long ModifiedFrom { get; init; } = long.MinValue;

    public long ModifiedTo { get; init; } = long.MaxValue;

    /// <exception cref="ApiErrorException">400, with the member, its value and what is allowed.</exception>
    public static SessionSearchQuery Parse(JsonElement body) => new()
    {
        Text = ParseText(body),
        Limit = ParseCount(body, "limit", DefaultLimit, MaxLimit),
        MatchesPerSession = ParseCount(body, "matchesPerSession", DefaultMatches, MaxMatches),
        IsCaseSensitive = ParseFlag(body, "caseSensitive"),
        Project = ParseProject(body),
        ModifiedFrom = ParseTime(body, "modifiedAfter") ?? long.MinValue,
        ModifiedTo = ParseTime(body, "modifiedBefore") ?? long.MaxValue,
    };

    /// <summary>Whether a session is one of those that are searched.</summary>
    public bool Includes(SessionRow row) =>
        row.ModifiedTicks >= ModifiedFrom && row.ModifiedTicks <= ModifiedTo && (Project is null || row.ProjectName == Project);

    private static string ParseText(JsonElement body)
    {
        var text = Member(body, "query") is { ValueKind: JsonValueKind.String } query ? JsonRequestBody.Text(query).Trim() : "";
        return text.Length switch
        {
            0 => throw Invalid("query (string) is required in request body and must not be empty"),
            > MaxQueryUnits => throw Invalid($"query may have {MaxQueryUnits} characters, not {text.Length}"),
            _ => text,
        };
    }

    // Clients ask for more than there is; they get what there may be.
    private static int ParseCount(JsonElement body, string name, int otherwise, int max)
    {
        if (Member(body, name) is not { } value)
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 1
            ? (int)Math.Min(count, max)
            : throw Invalid($"Invalid {name}: {value.GetRawText()} is not a whole number from 1 to {max}");
    }

    private static bool ParseFlag(JsonElement body, string name) => Member(body, name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Invalid($"Invalid {name}: {value.GetRawText()} is neither true nor false"),
    };

    private static string? ParseProject(JsonElement body)
    {
        if (Member(body, "project") is not { } value)
        {
            return null;
        }

        var project = value.ValueKind == JsonValueKind.String ? JsonRequestBody.Text(value) : null;
        return project is null or "" or "." or ".." || project.AsSpan().IndexOfAny('/', '\\') >= 0
            ? throw Invalid($"Invalid project filter: {value.GetRawText()} is not the name of a project directory")
            : project;
    }

    private static long? ParseTime(JsonElement body, string name)
    {
        if (Member(body, name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(JsonRequestBody.Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.UtcTicks
                : throw Invalid($"Invalid {name}: {value.GetRawText()} is not a time like \"2026-01-31T12:00:00Z\"");
    }

    private static JsonElement? Member(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static ApiErrorException Invalid(string message) => new(ApiError.BadRequest(message));
}
