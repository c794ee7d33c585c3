using System.Text.Json;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Access;

/// <summary>What a client wants changed: the members that its body names. A null takes a setting back.</summary>
internal static class H5Change
{
    /// <summary>How many origins may be allowed.</summary>
    public const int MaxOrigins = 100;

    private const int MinGraceSeconds = 5;
    private const int MaxGraceSeconds = 86_400;

    public static bool IsGrace(int seconds) => seconds is >= MinGraceSeconds and <= MaxGraceSeconds;

    /// <summary>The changed settings.</summary>
    /// <exception cref="ApiErrorException">A member's value is not allowed; nothing has changed.</exception>
    public static H5Settings Apply(H5Settings settings, JsonElement body)
    {
        foreach (var member in body.EnumerateObject())
        {
            settings = member.Name switch
            {
                "enabled" => settings with { Enabled = Flag(member) },
                "token" => member.Value.ValueKind == JsonValueKind.Null ? settings : settings.With(Token(member)),
                "allowedOrigins" => settings with { AllowedOrigins = Origins(member) },
                "publicBaseUrl" => settings with { PublicBaseUrl = Url(member) },
                "fixedPort" => settings with { FixedPort = Number(member, 1, 65_535) },
                "disconnectGraceSeconds" => settings with { DisconnectGraceSeconds = Number(member, MinGraceSeconds, MaxGraceSeconds) },
                "tokenPreview" => settings, // clients send back what they were given
                _ => throw Refuse(member, "a setting that there is: enabled, token, allowedOrigins, publicBaseUrl, fixedPort or disconnectGraceSeconds"),
            };
        }

        return settings;
    }

    private static bool Flag(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse(member, "true or false"),
    };

    private static string Token(JsonProperty member)
    {
        var allowed = $"null, or {AccessSecret.MinLength} to {AccessSecret.MaxLength} visible ASCII characters";
        return member.Value.ValueKind == JsonValueKind.String && JsonRequestBody.Text(member.Value) is var token && AccessSecret.IsToken(token)
            ? token
            : throw new ApiErrorException(ApiError.BadRequest($"\"{member.Name}\" must be {allowed}")); // without the value: it may be a secret
    }

    private static List<string> Origins(JsonProperty member)
    {
        var allowed = $"a list of at most {MaxOrigins} origins such as https://example.org:8443, without a path";
        if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() > MaxOrigins)
        {
            throw Refuse(member, allowed);
        }

        return [.. member.Value.EnumerateArray().Select(origin =>
            origin.ValueKind == JsonValueKind.String && WebOrigin.Normalize(JsonRequestBody.Text(origin)) is { } known ? known : throw Refuse(member, allowed))];
    }

    private static string? Url(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when JsonRequestBody.Text(member.Value) is var url && WebOrigin.OfPage(url) is not null && !url.AsSpan().ContainsAny("?#") => url,
        _ => throw Refuse(member, "null, or an http or https URL without user, query and fragment"),
    };

    private static int? Number(JsonProperty member, int least, int most) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number when member.Value.TryGetInt32(out var number) && number >= least && number <= most => number,
        _ => throw Refuse(member, $"null, or a whole number from {least} to {most}"),
    };

    private static ApiErrorException Refuse(JsonProperty member, string allowed)
    {
        var value = member.Value.GetRawText();
        return new(ApiError.BadRequest($"\"{member.Name}\" is {(value.Length <= 200 ? value : value[..200] + "…")}; it must be {allowed}"));
    }
}
