namespace Sidecar.Tests.AppHost.Harness;

/// <summary>How the agents of a system are spoken to (<c>Sidecar:Agent:Transport</c>).</summary>
public static class Links
{
    public const string Stdio = "stdio";

    public const string SdkUrl = "sdk-url";

    /// <summary>The setting.</summary>
    public static (string Name, string Value) Setting(string link) => ("Sidecar__Agent__Transport", link);
}

/// <summary>One system for many tests; each has its own session in it.</summary>
public abstract class SystemFixture(string link, params (string Name, string Value)[] environment) : IAsyncLifetime
{
    private SidecarSystem? _system;

    public SidecarSystem System => _system ?? throw new InvalidOperationException("The system has not been started.");

    public async ValueTask InitializeAsync() => _system = await SidecarSystem.StartAsync([Links.Setting(link), .. environment]);

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
public abstract class SharedSystem(string link) : SystemFixture(link, ("Sidecar__Live__StopPatience", "00:00:01"));

public sealed class SharedStdioSystem() : SharedSystem(Links.Stdio);

public sealed class SharedSdkUrlSystem() : SharedSystem(Links.SdkUrl);

/// <summary>The tests that use the shared system, one after the other.</summary>
[CollectionDefinition]
public sealed class SharedStdioSystemTests : ICollectionFixture<SharedStdioSystem>;

/// <summary>The same over the other link.</summary>
[CollectionDefinition]
public sealed class SharedSdkUrlSystemTests : ICollectionFixture<SharedSdkUrlSystem>;

/// <summary>A system that does not wait long for clients that left.</summary>
public abstract class ShortGraceSystem(string link) : SystemFixture(
    link, ("Sidecar__Live__DisconnectGrace", "00:00:05"), ("Sidecar__Live__PermissionGrace", "00:00:01.5"));

public sealed class ShortGraceStdioSystem() : ShortGraceSystem(Links.Stdio);

public sealed class ShortGraceSdkUrlSystem() : ShortGraceSystem(Links.SdkUrl);

/// <summary>Tests that start systems of their own. Each is stopped, and looked at, when its test has ended.</summary>
public abstract class OwnSystemTest : IAsyncDisposable
{
    private readonly List<SidecarSystem> _systems = [];

    /// <summary>How the agents are spoken to.</summary>
    private protected virtual string Link => Links.Stdio;

    /// <summary>Starts a system and waits until it is ready.</summary>
    private protected async Task<SidecarSystem> StartAsync(params (string Name, string Value)[] environment)
    {
        var system = await SidecarSystem.StartAsync([Links.Setting(Link), .. environment]);
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
