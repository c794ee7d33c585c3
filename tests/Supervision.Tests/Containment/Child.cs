using System.Text;
using Sidecar.Supervision.Containment;
using Sidecar.Tests.TestSupport;
using Proc = Sidecar.Tests.TestSupport.ProcFs;

namespace Sidecar.Tests.Supervision.Containment;

/// <summary>A child of one test: a shell line and everything that it starts, killed at the test's end whatever happened.</summary>
internal sealed class Child : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Long where a step should be heeded; a test that waits it out has failed anyway.</summary>
    public static readonly StopBudget Patient = new(Deadline, Deadline, Kill: Deadline);

    private readonly StreamReader _output;

    private Child(ContainedProcess process, ProcessMarker marker)
    {
        Process = process;
        Marker = marker;
        _output = new StreamReader(process.Output, Encoding.UTF8, false, 256, leaveOpen: true);
    }

    public ContainedProcess Process { get; }

    public ProcessMarker Marker { get; }

    /// <summary>The child's processes that live now, found without the code under test.</summary>
    public IReadOnlyList<ProcessRun> Living => Proc.WithEnvironment(Marker.Name, Marker.Value);

    public static async Task<Child> StartAsync(string script, params (string Name, string? Value)[] environment)
    {
        var marker = new ProcessMarker("SIDECAR_TEST_CHILD", Guid.NewGuid().ToString("n"));
        var spec = new ContainedProcessSpec
        {
            FileName = "/bin/sh",
            Arguments = ["-c", script],
            WorkingDirectory = Path.GetTempPath(),
            Environment = environment.ToDictionary(e => e.Name, e => e.Value),
            Marker = marker,
        };
        return new Child(await ContainedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None), marker);
    }

    /// <summary>The next line that the child prints; null at the end.</summary>
    public Task<string?> ReadLineAsync() => _output.ReadLineAsync().WaitAsync(Deadline, TimeProvider.System);

    public Task<int> ExitAsync() => Process.Exit.WaitAsync(Deadline, TimeProvider.System);

    /// <summary>Waits until all its processes are that many sleepers; in the middle of an exec a process shows no environment.</summary>
    public Task HasSleepersAsync(int count) => WaitFor.True(
        () => Living.Count(run => Proc.CommandLine(run.Id).StartsWith("sleep ", StringComparison.Ordinal)) == count, Deadline, $"{count} sleepers");

    public void Dispose()
    {
        foreach (var left in Living)
        {
            TestSignals.Kill(left);
        }

        _output.Dispose();
        Process.Dispose();
    }
}
