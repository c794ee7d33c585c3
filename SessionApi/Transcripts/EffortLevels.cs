namespace Sidecar.SessionApi.Transcripts;

/// <summary>How hard a model shall think.</summary>
internal static class EffortLevels
{
    public static readonly IReadOnlyList<string> All = ["low", "medium", "high", "xhigh", "max"];

    public static bool IsValid(string? level) => level is not null && All.Contains(level);
}
