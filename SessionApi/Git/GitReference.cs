namespace Sidecar.SessionApi.Git;

/// <summary>A branch of the repository, or of one of its remotes.</summary>
/// <param name="FullName">Such as <c>refs/heads/main</c> or <c>refs/remotes/origin/main</c>.</param>
/// <param name="Commit">What it stands at.</param>
/// <param name="Target">The name of the branch that it stands for, when it is no branch of its own.</param>
internal sealed record GitReference(string FullName, string Commit, string? Target)
{
    public const string Heads = "refs/heads/";
    public const string Remotes = "refs/remotes/";

    public bool IsLocal => FullName.StartsWith(Heads, StringComparison.Ordinal);

    /// <summary>The branch's name; of a remote's branch without the remote.</summary>
    public string Name => IsLocal ? FullName[Heads.Length..] : RemoteName[(RemoteName.IndexOf('/') + 1)..];

    /// <summary>Of a remote's branch: <c>origin/main</c>.</summary>
    public string RemoteName => FullName[Remotes.Length..];

    /// <summary>The command: newest first, at most so many.</summary>
    public static string[] Arguments(int max, params IEnumerable<string> patterns) =>
        ["for-each-ref", $"--count={max}", "--sort=-committerdate", "--format=%(refname) %(objectname) %(symref)", .. patterns];

    /// <summary>Reads the answer; no name of a reference holds a space.</summary>
    public static List<GitReference> Parse(GitAnswer answer) =>
    [
        .. answer.Text.Split('\n').Select(line => line.Split(' ')).Where(fields => fields.Length == 3)
            .Select(fields => new GitReference(fields[0], fields[1], fields[2] is "" ? null : fields[2])),
    ];
}
