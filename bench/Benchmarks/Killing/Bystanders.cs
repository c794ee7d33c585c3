using System.Diagnostics;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Killing;

/// <summary>
/// Processes that look like those of the system but are none of its business: a CLI of the same program, and the sleepers that its tools start.
/// </summary>
internal sealed class Bystanders : IDisposable
{
    private readonly List<Process> _processes = [];
    private readonly List<ProcessRun> _runs = [];

    public Bystanders(string fakeAgent, TemporaryFolder folder)
    {
        Start("sleep", folder, "600");
        Start("setsid", folder, "sleep", "600");
        string[] streams = ["--input-format", "stream-json", "--output-format", "stream-json"];
        Start(fakeAgent, folder, ["-p", "--verbose", .. streams, "--session-id", $"{Guid.NewGuid()}"]);
    }

    /// <summary>How many are not the processes any more that they were.</summary>
    public int Killed => _runs.Count(run => !ProcFs.Exists(run));

    public void Dispose()
    {
        _runs.ForEach(TestSignals.Kill);
        _processes.ForEach(process => process.Dispose());
    }

    private void Start(string program, TemporaryFolder folder, params string[] arguments)
    {
        var start = RunningSystem.CleanStart(program);
        start.WorkingDirectory = folder.Path;
        start.Environment["HOME"] = start.Environment["CLAUDE_CONFIG_DIR"] = folder.CreateFolder("bystander");
        Array.ForEach(arguments, start.ArgumentList.Add);
        var process = Process.Start(start)!;
        _processes.Add(process);
        _runs.Add(ProcFs.Find(process.Id) ?? throw new InvalidOperationException($"{program} ended at once."));
    }
}
