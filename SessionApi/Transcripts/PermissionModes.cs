namespace Sidecar.SessionApi.Transcripts;

/// <summary>The permission modes an agent CLI knows.</summary>
internal static class PermissionModes
{
    public static readonly IReadOnlyList<string> All = ["default", "acceptEdits", "auto", "plan", "bypassPermissions", "dontAsk"];

    public static bool IsValid(string? mode) => mode is not null && All.Contains(mode);
}
