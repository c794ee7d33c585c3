using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sidecar.SessionApi.Search;

/// <param name="Results">The sessions that hold the text, newest first, as many as were asked for.</param>
/// <param name="Total">How many sessions hold it, up to <see cref="SessionSearch.MaxCounted"/>.</param>
/// <param name="Truncated">Whether there are more than <paramref name="Results"/>.</param>
internal sealed record SessionSearchAnswer(IReadOnlyList<FoundSession> Results, int Total, bool Truncated);

/// <param name="SessionId">The session.</param>
/// <param name="Title">As the session list shows it.</param>
/// <param name="ProjectPath">The name of its project directory.</param>
/// <param name="WorkDir">Where it works.</param>
/// <param name="ModifiedAt">When its conversation last went on.</param>
/// <param name="MatchCount">How many texts of the session hold what was searched for.</param>
/// <param name="Matches">The first of them.</param>
internal sealed record FoundSession(
    string SessionId, string Title, string ProjectPath, string? WorkDir, string ModifiedAt, int MatchCount, IReadOnlyList<FoundText> Matches);

/// <summary>A text that holds what was searched for.</summary>
/// <param name="Role"><c>user</c> or <c>assistant</c>.</param>
/// <param name="MessageId">The <c>uuid</c> of its entry.</param>
/// <param name="LineNumber">Of its entry in the transcript; the first line is 1.</param>
/// <param name="Snippet">The text around the first place, with <c>…</c> where it was cut.</param>
/// <param name="Highlights">Every place in the snippet.</param>
/// <param name="Timestamp">As its entry writes it.</param>
internal sealed record FoundText(
    string Role,
    string? MessageId,
    int LineNumber,
    string Snippet,
    IReadOnlyList<Highlight> Highlights,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Timestamp);

/// <summary>A part of a snippet, in UTF-16 units; the end is behind it.</summary>
internal readonly record struct Highlight(int Start, int End);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionSearchAnswer))]
internal sealed partial class SessionSearchJson : JsonSerializerContext
{
    /// <summary>Writes text as it is: snippets are in every language.</summary>
    public static SessionSearchJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
