namespace Sidecar.SessionApi.Live;

/// <summary>With what a session's agent runs.</summary>
/// <param name="ProviderId">The provider, or null for the official one.</param>
/// <param name="ModelId">The model, or null for the CLI's own choice.</param>
/// <param name="Effort">The effort level, or null for the CLI's own choice.</param>
internal sealed record RuntimeConfig(string? ProviderId, string? ModelId, string? Effort);
