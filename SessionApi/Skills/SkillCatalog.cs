using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Skills;

/// <summary>A skill that the agent CLI can use.</summary>
/// <param name="Name">By which it is called.</param>
/// <param name="DisplayName">What is shown; absent when it has no other name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Source"><c>user</c> or <c>project</c>.</param>
/// <param name="UserInvocable">Whether a person may call it.</param>
/// <param name="ContentLength">Its length in bytes.</param>
/// <param name="HasDirectory">Always true: a skill is a folder.</param>
internal sealed record Skill(
    string Name, string? DisplayName, string Description, string Source, bool UserInvocable, long ContentLength, bool HasDirectory);

/// <summary>An agent that the CLI can give a task to.</summary>
/// <param name="AgentType">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Model">The model that it runs with; absent for the session's.</param>
/// <param name="Tools">The tools that it may use; absent for all.</param>
/// <param name="Color">How it is shown.</param>
/// <param name="Source"><c>userSettings</c> or <c>projectSettings</c>.</param>
/// <param name="BaseDir">The folder that it lies in.</param>
/// <param name="IsActive">Whether no other of the same name counts instead.</param>
internal sealed record AgentDefinition(
    string AgentType, string Description, string? Model, IReadOnlyList<string>? Tools, string? Color, string Source, string BaseDir, bool IsActive);

/// <summary>
/// Which skills and agents a person has added to the CLI, for all projects (in its config directory) and for one (in <c>.claude</c> of the working
/// directory). Read when asked for; at most 500 of each kind and place.
/// </summary>
internal sealed class SkillCatalog(TranscriptRoot root)
{
    /// <param name="workDir">The project's directory; null for none.</param>
    public IReadOnlyList<Skill> Skills(string? workDir)
    {
        var user = Skills(Path.Combine(root.ConfigDirectory, "skills"), "user");
        return workDir is null ? user : [.. user, .. Skills(Path.Combine(workDir, ".claude", "skills"), "project")];
    }

    /// <param name="workDir">The project's directory; null for none.</param>
    /// <returns>All of them; of two with one name the project's is active.</returns>
    public IReadOnlyList<AgentDefinition> Agents(string? workDir)
    {
        var user = Agents(Path.Combine(root.ConfigDirectory, "agents"), "userSettings");
        if (workDir is null)
        {
            return user;
        }

        var project = Agents(Path.Combine(workDir, ".claude", "agents"), "projectSettings");
        var names = project.Select(agent => agent.AgentType).ToHashSet(StringComparer.Ordinal);
        return [.. user.Select(agent => agent with { IsActive = !names.Contains(agent.AgentType) }), .. project];
    }

    /// <summary>Checks the directory that a client asks about. One that does not exist has nothing to add.</summary>
    public static ApiError? CheckWorkDir(string? asked, out string? workDir)
    {
        workDir = string.IsNullOrWhiteSpace(asked) ? null : asked;
        if (workDir is null)
        {
            return null;
        }

        if (!Path.IsPathFullyQualified(workDir) || workDir.Contains('\0', StringComparison.Ordinal))
        {
            return ApiError.BadRequest($"Invalid cwd: \"{asked}\" is not an absolute path");
        }

        workDir = Path.GetFullPath(workDir);
        return null;
    }

    private static List<Skill> Skills(string folder, string source) =>
    [
        .. MarkdownFolder.OfFolders(folder, "SKILL.md").Select(file => new Skill(
            file.Name,
            file["name"] is { } name && name != file.Name ? name : null,
            file["description"] ?? "",
            source,
            UserInvocable: !string.Equals(file["user-invocable"], "false", StringComparison.OrdinalIgnoreCase),
            file.LengthBytes,
            HasDirectory: true)),
    ];

    private static List<AgentDefinition> Agents(string folder, string source) =>
    [
        .. MarkdownFolder.OfFiles(folder).Select(file => new AgentDefinition(
            file["name"] ?? file.Name,
            file["description"] ?? "",
            file["model"],
            file["tools"]?.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            file["color"],
            source,
            folder,
            IsActive: true)),
    ];
}
