using System.Globalization;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Ports;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>A sidecar that cannot be started; the message says why.</summary>
internal sealed class SidecarStartException(string message) : Exception(message);

/// <summary>What one start of a sidecar is: its program as found now, and its port.</summary>
/// <param name="Spec">What to start.</param>
/// <param name="Port">The port that it is told to use, or null.</param>
internal sealed record SidecarLaunch(ContainedProcessSpec Spec, int? Port)
{
    private const string PortPlace = "{port}";
    private const string PortVariable = "PORT";

    /// <summary>Finds program, directory and port.</summary>
    /// <exception cref="SidecarStartException">One of them cannot be had.</exception>
    public static SidecarLaunch Prepare(string name, SidecarOptions options, ProcessMarker marker)
    {
        var directory = options.WorkingDirectory is { Length: > 0 } chosen
            ? chosen
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (!Directory.Exists(directory))
        {
            throw new SidecarStartException($"the working directory {directory} does not exist");
        }

        var port = ChoosePort(name, options);
        var environment = ChildEnvironment.Changes();
        if (port is { } number)
        {
            environment[PortVariable] = number.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (variable, value) in options.Environment)
        {
            environment[variable] = Fill(value, port);
        }

        var spec = new ContainedProcessSpec
        {
            FileName = FindProgram(options.Command, directory, environment),
            Arguments = [.. options.Arguments.Select(argument => Fill(argument, port))],
            WorkingDirectory = directory,
            Environment = environment,
            Marker = marker,
            Limits = options.Limits,
        };
        return new SidecarLaunch(spec, port);
    }

    /// <summary>The text with the port in its place; as it is when there is no port.</summary>
    public static string Fill(string text, int? port) =>
        port is { } number ? text.Replace(PortPlace, number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) : text;

    private static int? ChoosePort(string name, SidecarOptions options)
    {
        if (options.AssignPort)
        {
            return PortHolder.FindFree();
        }

        // Somebody else's server on the port would answer our probes.
        return options.Port switch
        {
            0 => null,
            var port when PortHolder.IsTaken(port) => throw new SidecarStartException(PortHolder.Explain(port, $"Sidecar:Sidecars:{name}:Port").TrimEnd('.')),
            var port => port,
        };
    }

    private static string FindProgram(string command, string directory, Dictionary<string, string?> environment)
    {
        var path = environment.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH");
        var isPath = command.Contains(Path.DirectorySeparatorChar) || command.Contains(Path.AltDirectorySeparatorChar);
        return ExecutablePath.Find(isPath ? Path.Combine(directory, command) : command, path)
            ?? throw new SidecarStartException(isPath
                ? $"the program {command} was not found, or may not be executed"
                : $"the program {command} was not found on PATH");
    }
}
