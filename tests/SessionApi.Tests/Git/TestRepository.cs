using System.Diagnostics;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Git;

/// <summary>A real repository in a folder of its own, driven by the real git.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="hasCommit">Whether <c>readme.txt</c> is committed on <c>main</c>; else the repository is empty.</param>
    public TestRepository(bool hasCommit = true)
    {
        Path = _folder.CreateFolder("app");
        Git("init", "--quiet", "--initial-branch=main");
        if (hasCommit)
        {
            Write("readme.txt", "one\ntwo\n");
            Commit("first");
        }
    }

    /// <summary>Its work tree.</summary>
    public string Path { get; }

    /// <summary>A folder beside it.</summary>
    public string Beside(string name) => _folder[name];

    public string Write(string path, string content)
    {
        var full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public void Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--message", message);
    }

    public string Git(params string[] arguments) => Run(Path, "git", arguments);

    /// <summary>Runs a program to its end and returns its output; another end than success fails the test.</summary>
    public static string Run(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Ana";
            start.Environment[$"GIT_{who}_EMAIL"] = "ana@example.org";
        }

        start.Environment["GIT_ALLOW_PROTOCOL"] = "file";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Result}");
    }

    public void Dispose() => _folder.Dispose();
}
