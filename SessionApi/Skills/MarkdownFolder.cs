using System.Text;

namespace Sidecar.SessionApi.Skills;

/// <summary>A Markdown file with settings at its top.</summary>
/// <param name="Name">The name of the file without its extension, or of its folder.</param>
/// <param name="Values">The settings by name.</param>
/// <param name="LengthBytes">Of the file.</param>
internal sealed record MarkdownFile(string Name, IReadOnlyDictionary<string, string> Values, long LengthBytes)
{
    /// <summary>A setting that is there and not blank.</summary>
    public string? this[string name] => Values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}

/// <summary>Reads what lies in a folder of skills or agents. What cannot be read is left out: the CLI says what is wrong with it.</summary>
internal static class MarkdownFolder
{
    /// <summary>How many entries of a folder are looked at.</summary>
    public const int MaxEntries = 500;

    // Settings come first and are short; the rest of the file is for the model.
    private const int MaxSettingsBytes = 16 * 1024;

    /// <summary>Every <c>&lt;name&gt;/&lt;fileName&gt;</c>.</summary>
    public static IReadOnlyList<MarkdownFile> OfFolders(string folder, string fileName) => Read(
        folder, directory => Directory.EnumerateDirectories(directory).Select(path => (Path.GetFileName(path), Path.Combine(path, fileName))));

    /// <summary>Every <c>&lt;name&gt;.md</c>.</summary>
    public static IReadOnlyList<MarkdownFile> OfFiles(string folder) => Read(
        folder, directory => Directory.EnumerateFiles(directory, "*.md").Select(path => (Path.GetFileNameWithoutExtension(path), path)));

    private static List<MarkdownFile> Read(string folder, Func<string, IEnumerable<(string Name, string Path)>> entries)
    {
        try
        {
            return
            [
                .. entries(folder).Take(MaxEntries)
                    .Select(entry => ReadFile(entry.Name, entry.Path))
                    .OfType<MarkdownFile>()
                    .OrderBy(file => file.Name, StringComparer.Ordinal),
            ];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return []; // most often there is no such folder
        }
    }

    private static MarkdownFile? ReadFile(string name, string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists || info.Length == 0)
            {
                return null; // a pipe has no length, and opening it would wait for its other end
            }

            using var file = File.OpenHandle(path);
            var bytes = new byte[Math.Min(info.Length, MaxSettingsBytes)];
            var read = RandomAccess.Read(file, bytes, 0);
            return new MarkdownFile(name, FrontMatter.Parse(Encoding.UTF8.GetString(bytes, 0, read)), info.Length);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
