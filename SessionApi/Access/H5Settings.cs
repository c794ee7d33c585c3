using System.Text.Json.Serialization;
using Sidecar.ServiceDefaults.Access;

namespace Sidecar.SessionApi.Access;

/// <summary>Access from a browser elsewhere, as the person has set it. Replaced as a whole, never edited.</summary>
internal sealed record H5Settings
{
    public bool Enabled { get; init; }

    /// <summary>The token; null when there is none.</summary>
    [JsonIgnore]
    public AccessSecret? Secret { get; init; }

    /// <summary>Always null: only its hash is kept. The answer that makes a token carries it.</summary>
    public string? Token { get; init; }

    /// <summary>How the token begins and ends.</summary>
    public string? TokenPreview { get; init; }

    /// <summary>Origins of pages that may use the server with the token.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Where the server is reached from elsewhere; its origin is allowed, and its host.</summary>
    public string? PublicBaseUrl { get; init; }

    /// <summary>The port that a desktop shell is to start the server on.</summary>
    public int? FixedPort { get; init; }

    /// <summary>In place of <c>Sidecar:Live:DisconnectGrace</c>, in seconds.</summary>
    public int? DisconnectGraceSeconds { get; init; }

    /// <summary>The same settings with this token.</summary>
    public H5Settings With(string token) => this with { Secret = AccessSecret.Of(token), TokenPreview = $"{token[..6]}…{token[^4..]}" };

    /// <summary>Whether pages of this origin may use the server, given the token.</summary>
    public bool AllowsOrigin(string origin) => Enabled
        && (AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || string.Equals(WebOrigin.OfPage(PublicBaseUrl), origin, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the server may be asked for under this name.</summary>
    public bool AllowsHost(ReadOnlySpan<char> name) =>
        Enabled && PublicBaseUrl is not null && LocalRequest.NameOf(WebOrigin.HostOf(WebOrigin.OfPage(PublicBaseUrl))).Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The answer of all that is under <c>/api/h5-access</c> but verify.</summary>
/// <param name="Settings">As they are now.</param>
/// <param name="Token">The token that was just made; null otherwise.</param>
/// <param name="Diagnostics">Nothing yet that clients need.</param>
internal sealed record H5Answer(H5Settings Settings, string? Token, H5Diagnostics Diagnostics);

internal sealed record H5Diagnostics;

/// <param name="Ok">Always true.</param>
internal sealed record H5Verified(bool Ok);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(H5Answer))]
[JsonSerializable(typeof(H5Verified))]
internal sealed partial class H5Json : JsonSerializerContext;
