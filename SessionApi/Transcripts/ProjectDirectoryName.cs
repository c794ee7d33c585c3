using System.Globalization;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// The name of the directory that holds a working directory's transcripts: every UTF-16 unit outside <c>[A-Za-z0-9]</c>
/// becomes <c>-</c>, so <c>/home/ana/my.app</c> is <c>-home-ana-my-app</c>. It cannot be turned back.
/// </summary>
internal static class ProjectDirectoryName
{
    // Longer names are cut here and get a hash. The hash differs between the runtimes that wrote such directories, so a
    // lookup goes by the part before it.
    private const int MaxPlainLength = 200;

    /// <summary>The name without the cut.</summary>
    public static string Sanitize(string path) =>
        string.Create(path.Length, path, static (name, path) =>
        {
            for (var i = 0; i < path.Length; i++)
            {
                name[i] = char.IsAsciiLetterOrDigit(path[i]) ? path[i] : '-';
            }
        });

    /// <summary>Whether a directory of this name holds the transcripts of the sanitised path.</summary>
    public static bool IsNameOf(string directoryName, string sanitized) => KeyOfDirectory(directoryName) == KeyOfPath(sanitized);

    /// <summary>What directories of one path have in common: the key of the path that <see cref="KeyOfPath"/> gives.</summary>
    public static string KeyOfDirectory(string directoryName) =>
        directoryName.Length > MaxPlainLength && directoryName[MaxPlainLength] == '-' ? directoryName[..(MaxPlainLength + 1)] : directoryName;

    /// <summary>The key of the directories that hold the transcripts of a sanitised path.</summary>
    public static string KeyOfPath(string sanitized) => sanitized.Length <= MaxPlainLength ? sanitized : sanitized[..MaxPlainLength] + "-";

    /// <summary>The name to write to: an existing directory of the path if there is one.</summary>
    public static string ForWriting(string projectsDirectory, string path)
    {
        var sanitized = Sanitize(path);
        if (sanitized.Length <= MaxPlainLength)
        {
            return sanitized;
        }

        var prefix = sanitized[..MaxPlainLength] + "-";
        if (Directory.Exists(projectsDirectory))
        {
            var existing = Directory.EnumerateDirectories(projectsDirectory, prefix + "*").Order(StringComparer.Ordinal).FirstOrDefault();
            if (existing is not null)
            {
                return Path.GetFileName(existing);
            }
        }

        return prefix + Base36(Hash(path));
    }

    /// <summary>A path to show when nothing in the transcript names one. A guess: each <c>-</c> may have been anything.</summary>
    public static string ToDisplayPath(string directoryName)
    {
        var isDrive = directoryName.Length >= 3 && char.IsAsciiLetter(directoryName[0]) && directoryName[1] == '-' && directoryName[2] == '-';
        return isDrive
            ? string.Create(CultureInfo.InvariantCulture, $"{directoryName[0]}:\\{directoryName[3..].Replace('-', '\\')}")
            : directoryName.Replace('-', Path.DirectorySeparatorChar);
    }

    // The hash that the CLI uses under Node: h * 31 + c over UTF-16 units in 32 bits.
    private static uint Hash(string path)
    {
        var hash = 0;
        foreach (var unit in path)
        {
            hash = unchecked((hash * 31) + unit);
        }

        return unchecked((uint)(hash < 0 ? -hash : hash));
    }

    private static string Base36(uint value)
    {
        const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
        Span<char> text = stackalloc char[8];
        var start = text.Length;
        do
        {
            text[--start] = Digits[(int)(value % 36)];
            value /= 36;
        }
        while (value > 0);
        return new string(text[start..]);
    }
}
