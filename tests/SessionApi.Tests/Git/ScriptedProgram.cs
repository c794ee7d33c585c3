using System.Diagnostics;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Git;

/// <summary>A program that does what its script says, in the place of a real one.</summary>
internal sealed class ScriptedProgram : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ScriptedProgram(string script)
    {
        Path = _folder["program"];
        File.WriteAllText(Path, $"#!/bin/sh\n{script}\n");
        MakeExecutable(Path);
    }

    public string Path { get; }

    /// <summary>A folder of the script's own.</summary>
    public string this[string name] => _folder[name];

    public static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The processes that run it, or that it started with its path as an argument.</summary>
    public IReadOnlyList<int> Processes() =>
    [
        .. Process.GetProcesses().Select(process =>
        {
            using (process)
            {
                return process.Id;
            }
        }).Where(id => ProcFs.CommandLine(id).Contains(_folder.Path, StringComparison.Ordinal)),
    ];

    public void Dispose() => _folder.Dispose();
}
