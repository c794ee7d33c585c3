using System.Buffers;
using System.Text;
using System.Text.Json;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Inspection;

/// <param name="Name">Without its slash.</param>
/// <param name="Description">A line for people; may be empty.</param>
/// <param name="ArgumentHint">What may follow it.</param>
/// <param name="Kind"><c>builtin</c>, <c>command</c> or <c>skill</c>.</param>
/// <param name="Source"><c>project</c>, <c>user</c>, or null for what the agent brings along.</param>
internal sealed record SlashCommand(string Name, string Description, string? ArgumentHint, string Kind, string? Source);

/// <summary>
/// The slash commands of a session: those of its directory and of the person, as Markdown files below <c>.claude</c>, and those that its agent
/// has named. Of two with one name the project's counts.
/// </summary>
internal sealed class SlashCommands(TranscriptRoot root)
{
    // Bounds for a folder that somebody has pointed at something else.
    private const int MaxCommands = 500;
    private const int MaxDepth = 4;

    // A front matter is a few lines.
    private const int HeadBytes = 8 * 1024;

    // What every agent CLI has, and this server itself; the agent names the rest.
    private static readonly SlashCommand[] BuiltIn =
    [
        new("clear", "Begin a new conversation", null, "builtin", null),
        new("compact", "Go on with a summary of the conversation", "[instructions]", "builtin", null),
        new("context", "Show what the context is used for", null, "builtin", null),
        new("cost", "Show the cost of this session", null, "builtin", null),
    ];

    /// <summary>All of them, by name.</summary>
    /// <param name="workDir">The session's directory.</param>
    /// <param name="init">What the session's agent said of itself; undefined when none runs or it has said nothing yet.</param>
    public IReadOnlyList<SlashCommand> List(string workDir, JsonElement init)
    {
        var found = new SortedDictionary<string, SlashCommand>(StringComparer.Ordinal);
        var skills = init.Items("skills"u8).Select(name => name.Text()).ToHashSet();
        foreach (var command in Files(Path.Combine(workDir, ".claude"), "project")
            .Concat(Files(root.ConfigDirectory, "user"))
            .Concat(BuiltIn)
            .Concat(init.Items("slash_commands"u8).Select(name => Named(name, skills)).OfType<SlashCommand>())
            .Take(MaxCommands))
        {
            found.TryAdd(command.Name, command);
        }

        return [.. found.Values];
    }

    private static SlashCommand? Named(JsonElement name, HashSet<string?> skills) =>
        name.Text() is { Length: > 0 } text ? new SlashCommand(text, "", null, skills.Contains(text) ? "skill" : "command", null) : null;

    private static IEnumerable<SlashCommand> Files(string directory, string source)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, AttributesToSkip = FileAttributes.ReparsePoint };
        var commands = Path.Combine(directory, "commands");
        if (Directory.Exists(commands))
        {
            // Folders are part of the name: review/security.md is review:security.
            foreach (var path in Directory.EnumerateFiles(commands, "*.md", options))
            {
                var name = Path.GetRelativePath(commands, path)[..^".md".Length].Replace(Path.DirectorySeparatorChar, ':');
                yield return Read(path, name, "command", source);
            }
        }

        var skills = Path.Combine(directory, "skills");
        if (Directory.Exists(skills))
        {
            foreach (var folder in Directory.EnumerateDirectories(skills).Where(folder => File.Exists(Path.Combine(folder, "SKILL.md"))))
            {
                yield return Read(Path.Combine(folder, "SKILL.md"), Path.GetFileName(folder), "skill", source);
            }
        }
    }

    // ---
    // description: One line
    // argument-hint: [file]
    // ---
    private static SlashCommand Read(string path, string name, string kind, string source)
    {
        var (description, hint) = ("", (string?)null);
        var lines = Head(path).Split('\n');
        if (lines[0].TrimEnd() == "---")
        {
            foreach (var line in lines.Skip(1).TakeWhile(line => line.TrimEnd() != "---"))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var value = colon < 0 ? "" : line[(colon + 1)..].Trim().Trim('"', '\'');
                switch (colon < 0 ? "" : line[..colon])
                {
                    case "description": description = value; break;
                    case "argument-hint": hint = value; break;
                }
            }
        }

        return new SlashCommand(name, description, hint, kind, source);
    }

    private static string Head(string path)
    {
        var head = ArrayPool<byte>.Shared.Rent(HeadBytes);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Encoding.UTF8.GetString(head, 0, RandomAccess.Read(file, head.AsSpan(0, HeadBytes), 0));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }
}
