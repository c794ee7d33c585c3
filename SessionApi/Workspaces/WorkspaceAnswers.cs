using System.Text.Json.Serialization;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>The states of answers about a workspace.</summary>
internal static class WorkspaceState
{
    public const string Ok = "ok";
    public const string Missing = "missing";
    public const string MissingWorkDir = "missing_workdir";
    public const string NotGitRepo = "not_git_repo";
    public const string Binary = "binary";
    public const string TooLarge = "too_large";
    public const string Error = "error";
}

/// <summary>What has changed in a session's working directory since the last commit.</summary>
/// <param name="State"><c>ok</c>, <c>not_git_repo</c>, <c>missing_workdir</c> or <c>error</c>.</param>
/// <param name="WorkDir">The working directory.</param>
internal sealed record WorkspaceStatus(string State, string WorkDir)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? RepoName { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Branch { get; init; }

    public bool IsGitRepo { get; init; }

    /// <summary>In git's order.</summary>
    public IReadOnlyList<WorkspaceChange> ChangedFiles { get; init; } = [];

    /// <summary>Whether there are more.</summary>
    public bool? Truncated { get; init; }

    public string? Error { get; init; }
}

/// <param name="Path">From the working directory, with slashes.</param>
/// <param name="OldPath">Where it was before it was renamed or copied; from the working directory too.</param>
/// <param name="Status"><c>modified</c>, <c>added</c>, <c>deleted</c>, <c>renamed</c>, <c>untracked</c>, <c>copied</c>, <c>type_changed</c> or <c>unknown</c>.</param>
/// <param name="Additions">Lines that are new; 0 for a binary file.</param>
/// <param name="Deletions">Lines that are gone.</param>
/// <param name="Staged">Whether the change, or a part of it, is in the index.</param>
/// <param name="Conflicted">Whether a merge has left it open.</param>
internal sealed record WorkspaceChange(string Path, string? OldPath, string Status, int Additions, int Deletions, bool Staged, bool Conflicted);

/// <param name="State"><c>ok</c>, <c>missing</c> or <c>error</c>.</param>
/// <param name="Path">The folder, from the working directory.</param>
/// <param name="Entries">What is in it, folders first.</param>
internal sealed record WorkspaceTree(string State, string Path, IReadOnlyList<WorkspaceEntry> Entries)
{
    /// <summary>Whether there are more.</summary>
    public bool? Truncated { get; init; }

    public string? Error { get; init; }
}

/// <param name="Name">Its name.</param>
/// <param name="Path">From the working directory, with slashes.</param>
/// <param name="IsDirectory">Whether it is a folder, or a link to one.</param>
/// <param name="IsSymlink">Whether it is a link.</param>
internal sealed record WorkspaceEntry(string Name, string Path, bool IsDirectory, bool IsSymlink);

/// <param name="State"><c>ok</c>, <c>binary</c>, <c>too_large</c>, <c>missing</c> or <c>error</c>.</param>
/// <param name="Path">The file, from the working directory.</param>
/// <param name="Language">What an editor would call its kind; <c>text</c> when nothing better is known.</param>
/// <param name="Size">In bytes.</param>
internal sealed record WorkspaceFile(string State, string Path, string Language, long Size)
{
    /// <summary><c>text</c> or <c>image</c>.</summary>
    public string? PreviewType { get; init; }

    /// <summary>Of a text, as much of it as is shown.</summary>
    public string? Content { get; init; }

    /// <summary>Of an image.</summary>
    public string? DataUrl { get; init; }

    public string? MimeType { get; init; }

    /// <summary>Whether there is more.</summary>
    public bool? Truncated { get; init; }

    /// <summary>How many bytes are shown.</summary>
    public long? ReadBytes { get; init; }

    public string? Error { get; init; }
}

/// <param name="State"><c>ok</c>, <c>missing</c>, <c>not_git_repo</c> or <c>error</c>.</param>
/// <param name="Path">What was asked for, from the working directory; empty for all of it.</param>
internal sealed record WorkspaceDiff(string State, string Path)
{
    /// <summary>A unified diff against the last commit; empty when nothing has changed.</summary>
    public string? Diff { get; init; }

    /// <summary>Whether there is more.</summary>
    public bool? Truncated { get; init; }

    public string? Error { get; init; }
}

/// <param name="State"><c>ok</c> or <c>missing</c>.</param>
/// <param name="Query">What was looked for.</param>
/// <param name="Entries">Files and folders whose path holds it, the best first.</param>
internal sealed record WorkspaceMatches(string State, string Query, IReadOnlyList<WorkspaceEntry> Entries)
{
    /// <summary>Whether there are more.</summary>
    public bool? Truncated { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkspaceStatus))]
[JsonSerializable(typeof(WorkspaceTree))]
[JsonSerializable(typeof(WorkspaceFile))]
[JsonSerializable(typeof(WorkspaceDiff))]
[JsonSerializable(typeof(WorkspaceMatches))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
