using System.Text.Json.Serialization;

namespace Sidecar.SessionApi.Sessions;

/// <summary>The answers of the session endpoints that are small enough to be records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionCreated))]
[JsonSerializable(typeof(SessionChanged))]
[JsonSerializable(typeof(SessionBatchOutcome))]
internal sealed partial class SessionJson : JsonSerializerContext;

internal sealed record SessionCreated(string SessionId, string WorkDir);

internal sealed record SessionChanged(bool Ok);

internal sealed record SessionBatchOutcome(bool Ok, IReadOnlyList<string> Successes, IReadOnlyList<SessionDeletionFailure> Failures);

internal sealed record SessionDeletionFailure(string SessionId, string Message, string? Code);
