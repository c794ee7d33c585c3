namespace Sidecar.SessionApi.Live.Translation;

/// <summary>The CLI cuts a stream of the model that does not get on, and says why in words only; clients know the reasons by codes.</summary>
internal static class StreamErrorCodes
{
    private static readonly (string Words, string Code)[] Known =
    [
        ("Tool input generation exceeded", "STREAM_TOOL_INPUT_DURATION"),
        ("Stream max duration exceeded", "STREAM_MAX_DURATION"),
        ("Provider stream stalled after partial response", "STREAM_IDLE_TIMEOUT"),
        ("Stream idle timeout", "STREAM_IDLE_TIMEOUT"),
    ];

    /// <summary>The code of an error; null when it is none of these.</summary>
    public static string? Of(string error)
    {
        foreach (var (words, code) in Known)
        {
            if (error.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return code;
            }
        }

        return null;
    }
}
