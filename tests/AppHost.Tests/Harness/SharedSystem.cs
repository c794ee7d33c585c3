namespace Sidecar.Tests.AppHost.Harness;

/// <summary>One system for many tests; each has its own session in it.</summary>
public abstract class SystemFixture(params (string Name, string Value)[] environment) : IAsyncLifetime
{
    private SidecarSystem? _system;

    public SidecarSystem System => _system ?? throw new InvalidOperationException("The system has not been started.");

    public async ValueTask InitializeAsync() => _system = await SidecarSystem.StartAsync(environment);

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

/// <summary>As it is delivered, but for a stop that is impatient so that its tests are quick.</summary>
public sealed class SharedSystem() : SystemFixture(("Sidecar__Live__StopPatience", "00:00:01"));

/// <summary>The tests that use the shared system, one after the other.</summary>
[CollectionDefinition]
public sealed class SharedSystemTests : ICollectionFixture<SharedSystem>;

/// <summary>A system that does not wait long for clients that left.</summary>
public sealed class ShortGraceSystem() : SystemFixture(
    ("Sidecar__Live__DisconnectGrace", "00:00:05"), ("Sidecar__Live__PermissionGrace", "00:00:01.5"));

/// <summary>Tests that start systems of their own. Each is stopped, and looked at, when its test has ended.</summary>
public abstract class OwnSystemTest : IAsyncDisposable
{
    private readonly List<SidecarSystem> _systems = [];

    /// <summary>Starts a system and waits until it is ready.</summary>
    private protected async Task<SidecarSystem> StartAsync(params (string Name, string Value)[] environment)
    {
        var system = await SidecarSystem.StartAsync(environment);
        _systems.Add(system);
        return system;
    }

    /// <summary>Starts a system that will not become ready.</summary>
    private protected SidecarSystem Launch(params (string Name, string Value)[] environment)
    {
        var system = SidecarSystem.Launch(environment);
        _systems.Add(system);
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        var problems = new List<Exception>();
        foreach (var system in _systems)
        {
            try
            {
                await system.DisposeAsync();
            }
            catch (Exception problem)
            {
                problems.Add(problem); // the others must go as well
            }
        }

        GC.SuppressFinalize(this);
        if (problems.Count > 0)
        {
            throw new AggregateException(problems);
        }
    }
}
