using System.Text.Json;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.History;

/// <summary>What a client asks for when it goes back.</summary>
/// <param name="Target">The message that is taken back, with all that came after it.</param>
/// <param name="ExpectedContent">What the client believes that message says; null when it does not check.</param>
/// <param name="DryRun">Only say what would happen.</param>
/// <param name="RestoresFiles">Whether files go back, too.</param>
internal sealed record RewindRequest(HistoryTarget Target, string? ExpectedContent, bool DryRun, bool RestoresFiles)
{
    /// <summary>How it is written.</summary>
    public string Mode => RestoresFiles ? "both" : "conversation";

    /// <exception cref="ApiErrorException">A member is not what it must be.</exception>
    public static RewindRequest Of(JsonElement body)
    {
        var dryRun = false;
        if (body.TryGetProperty("dryRun"u8, out var dry) && dry.ValueKind != JsonValueKind.Null)
        {
            dryRun = dry.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? dry.GetBoolean()
                : throw new ApiErrorException(ApiError.BadRequest($"dryRun must be true or false, not {dry.GetRawText()}"));
        }

        var mode = HistoryTarget.OptionalText(body, "mode") ?? "both";
        if (mode is not ("both" or "conversation"))
        {
            throw new ApiErrorException(ApiError.BadRequest($"mode must be \"both\" or \"conversation\", not \"{mode}\""));
        }

        return new RewindRequest(HistoryTarget.Of(body), HistoryTarget.OptionalText(body, "expectedContent"), dryRun, mode == "both");
    }
}
