using System.Text.Json;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Teams;

/// <summary>
/// The files of teams in the config folder: <c>teams/{folder}/config.json</c>, <c>teams/{folder}/inboxes/{member}.json</c> and
/// <c>tasks/{folder}/{id}.json</c>. The agents write them at any time; what cannot be read just now is absent.
/// </summary>
internal sealed class TeamFiles(TranscriptRoot root, IOptions<TeamOptions> configured)
{
    private static readonly EnumerationOptions Here = new() { IgnoreInaccessible = true, MatchType = MatchType.Simple };

    private readonly TeamOptions _options = configured.Value;

    /// <summary>The folders of the teams there are, by name, within the limit.</summary>
    public List<string> Folders()
    {
        var teams = new DirectoryInfo(Path.Combine(root.ConfigDirectory, "teams"));
        return teams.Exists
            ? [.. teams.EnumerateDirectories("*", Here).Select(folder => folder.Name).Order(StringComparer.Ordinal).Take(_options.MaxTeams)]
            : [];
    }

    /// <summary>Changes when the team is written.</summary>
    public TeamStamp StampOf(string folder) => TeamStamp.Of(Config(folder));

    /// <summary>Changes when any of its tasks or inboxes does.</summary>
    public int WorkStampOf(string folder)
    {
        var hash = default(HashCode);
        foreach (var file in Tasks(folder).Concat(Inboxes(folder)))
        {
            hash.Add(file.Name);
            hash.Add(TeamStamp.Of(file));
        }

        return hash.ToHashCode();
    }

    public List<FileInfo> Tasks(string folder) => Files(Path.Combine(root.ConfigDirectory, "tasks", folder));

    public List<FileInfo> Inboxes(string folder) => Files(Path.Combine(root.ConfigDirectory, "teams", folder, "inboxes"));

    /// <summary>Reads a team; null when it cannot be read, or no session leads it.</summary>
    public async Task<Team?> ReadTeamAsync(string folder, CancellationToken cancellationToken)
    {
        using var config = await ReadAsync(Config(folder), cancellationToken);
        return config is null ? null : Team.Parse(folder, config.RootElement);
    }

    /// <summary>Reads a file; null when it is not there, is too long or is half written.</summary>
    public async Task<JsonDocument?> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            // Agents replace and rewrite their files while they are read.
            await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return stream.Length > _options.MaxFileBytes ? null : await JsonDocument.ParseAsync(stream, default, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private FileInfo Config(string folder) => new(Path.Combine(root.ConfigDirectory, "teams", folder, "config.json"));

    private List<FileInfo> Files(string path)
    {
        var folder = new DirectoryInfo(path);
        return folder.Exists ? [.. folder.EnumerateFiles("*.json", Here).OrderBy(file => file.Name, StringComparer.Ordinal).Take(_options.MaxFiles)] : [];
    }
}

/// <summary>Tells whether a file has changed. That of a file which is not there is the default.</summary>
internal readonly record struct TeamStamp(long WrittenAtTicks, long Length)
{
    public static TeamStamp Of(FileInfo file)
    {
        try
        {
            return file.Exists ? new TeamStamp(file.LastWriteTimeUtc.Ticks, file.Length) : default;
        }
        catch (IOException)
        {
            return default; // it has just gone
        }
    }
}
