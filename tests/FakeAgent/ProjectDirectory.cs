namespace Sidecar.Tests.FakeAgent;

/// <summary>The folder below CLAUDE_CONFIG_DIR/projects in which a work folder's transcripts lie.</summary>
internal static class ProjectDirectory
{
    private const int LongestPlainName = 200;

    /// <summary>/home/ana/my.app becomes -home-ana-my-app; a long name is cut and gets a hash of the path.</summary>
    public static string NameOf(string path)
    {
        var name = string.Create(path.Length, path, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '-';
            }
        });
        return name.Length <= LongestPlainName ? name : $"{name[..LongestPlainName]}-{Hash(path)}";
    }

    private static string Hash(string path)
    {
        var hash = 0;
        foreach (var c in path)
        {
            hash = unchecked((hash * 31) + c);
        }

        var rest = Math.Abs((long)hash);
        var digits = string.Empty;
        do
        {
            digits = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(rest % 36)] + digits;
            rest /= 36;
        }
        while (rest > 0);
        return digits;
    }
}
