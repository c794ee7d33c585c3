using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Repositories;

/// <summary>Reads which branch a work tree is on without starting git: for lists of many.</summary>
internal static class GitHead
{
    private const int MaxBytes = 4096;
    private const string Reference = "ref: refs/heads/";
    private const string Pointer = "gitdir:";

    /// <summary>The branch of the work tree that a folder is the root of; null for none, or when it cannot be told.</summary>
    public static string? BranchOf(string root)
    {
        var git = Path.Combine(root, ".git");
        if (FileLook.At(git).Kind == FileKind.Regular)
        {
            if (FirstLine(git) is not { } line || !line.StartsWith(Pointer, StringComparison.Ordinal))
            {
                return null;
            }

            git = Path.GetFullPath(line[Pointer.Length..].Trim(), root);
        }

        return FirstLine(Path.Combine(git, "HEAD")) is { } head && head.StartsWith(Reference, StringComparison.Ordinal) ? head[Reference.Length..] : null;
    }

    // No more than a path fits in, and only of what is a file: a pipe of that name would wait for its writer.
    private static string? FirstLine(string path)
    {
        try
        {
            if (FileLook.At(path).Kind != FileKind.Regular)
            {
                return null;
            }

            using var file = File.OpenRead(path);
            var bytes = new byte[MaxBytes];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, read).Split('\n')[0].TrimEnd('\r');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
