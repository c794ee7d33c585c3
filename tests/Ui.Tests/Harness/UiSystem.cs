using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Ui.Harness;

/// <summary>One system for many tests; each has sessions of its own in it.</summary>
public abstract class UiSystem(params (string Name, string Value)[] environment) : IAsyncLifetime
{
    private SidecarSystem? _system;

    public SidecarSystem System => _system ?? throw new InvalidOperationException("The system has not been started.");

    public async ValueTask InitializeAsync()
    {
        // Without one nothing is tested.
        if (BrowserProgram.IsThere())
        {
            _system = await SidecarSystem.StartOverAsync(Prepare, environment);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Fills the folder of the system before it starts.</summary>
    private protected virtual void Prepare(TemporaryFolder folder)
    {
    }
}

/// <summary>As it is delivered, with nothing in it yet.</summary>
public sealed class PlainSystem() : UiSystem();

/// <summary>The tests that use the plain system, one after the other.</summary>
[CollectionDefinition]
public sealed class PlainSystemTests : ICollectionFixture<PlainSystem>;
