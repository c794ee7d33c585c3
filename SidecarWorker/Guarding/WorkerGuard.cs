using System.Reflection;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Guarding;
using Sidecar.Supervision.Reaping;

namespace Sidecar.SidecarWorker.Guarding;

/// <summary>
/// The guardian of the worker's agents. It is this program itself, run with a first argument that no person gives:
/// <c>SidecarWorker guard namespace-pid-start/guard</c>.
/// </summary>
internal static class WorkerGuard
{
    private const string Argument = "guard";

    public static bool IsAskedFor(string[] args) => args is [Argument, ..];

    /// <summary>Is the guardian. No host and no logging: it shall cost next to nothing while it waits.</summary>
    public static Task<int> RunAsync(string[] args) =>
        args is [_, var guarded] ? GuardProgram.RunAsync(WorkerRun.MarkerName, guarded, TimeProvider.System) : Task.FromResult(1);

    /// <summary>Keeps a guardian beside the worker, and its orphaned descendants below it.</summary>
    public static void AddWorkerGuard(this WebApplicationBuilder builder)
    {
        // A test that hosts the worker in its own process is no program to run as a guardian, and has children that are not the worker's.
        if (Assembly.GetEntryAssembly() == typeof(WorkerGuard).Assembly && Environment.ProcessPath is { } program)
        {
            builder.Services.AddHostedService<DescendantSweep>();
            builder.Services.AddHostedService(services => new Guardian(
                Command(program), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<Guardian>>()));
        }
    }

    private static List<string> Command(string program)
    {
        List<string> command = [program];
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            command.Add(Path.Combine(AppContext.BaseDirectory, $"{typeof(WorkerGuard).Assembly.GetName().Name}.dll"));
        }

        command.AddRange([Argument, ProcessOwner.Current().Marker(Argument, Argument).Value]);
        return command;
    }
}
