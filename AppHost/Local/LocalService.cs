using Sidecar.Supervision.Ports;

namespace Sidecar.AppHost.Local;

/// <summary>One service of the drawing: which program it is, where it listens and whom it needs.</summary>
/// <param name="name">Its name in logs and in service discovery.</param>
/// <param name="program">The program's file name, without an extension.</param>
internal sealed class LocalService(string name, string program)
{
    private readonly Dictionary<string, string?> _environment = [];

    public string Name => name;

    public string Program => program;

    /// <summary>Its port on 127.0.0.1; a free one unless it was chosen.</summary>
    public int Port { get; private set; } = PortHolder.FindFree();

    /// <summary>Whether a person chose the port: then another program on it is their news, not a reason to take another.</summary>
    public bool HasChosenPort { get; private set; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>What is added to our own environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment => _environment;

    public LocalService WithPort(int port)
    {
        (Port, HasChosenPort) = (port, true);
        return this;
    }

    /// <summary>Gives it a variable of its own.</summary>
    public LocalService WithEnvironment(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Gives it variables of its own; one that is null is taken from it.</summary>
    public LocalService WithEnvironment(IReadOnlyDictionary<string, string?>? variables)
    {
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
        {
            _environment[name] = value;
        }

        return this;
    }

    /// <summary>Lets it find another service by name, in the form that Aspire gives.</summary>
    public LocalService WithReference(LocalService other)
    {
        _environment[$"services__{other.Name}__http__0"] = other.Address.ToString();
        return this;
    }
}
