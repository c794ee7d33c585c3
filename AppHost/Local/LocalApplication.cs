using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.Supervision.Memory;
using Sidecar.Supervision.Ports;
using Sidecar.Supervision.Probing;
using Sidecar.Supervision.Reaping;
using Sidecar.Supervision.Restarting;
using Sidecar.Supervision.Settings;

namespace Sidecar.AppHost.Local;

/// <summary>Runs the drawing on this machine: the services as child processes, in the order in which they were added.</summary>
internal sealed class LocalApplication(IHost host)
{
    /// <param name="args">Settings as <c>--Sidecar:Port=4000</c>; the environment and <c>appsettings.json</c> are read as well.</param>
    public static LocalApplicationBuilder CreateBuilder(string[] args) => new(args);

    /// <summary>Runs until a signal asks for the end.</summary>
    /// <returns>The exit code: 0 after an orderly stop, 1 when the system could not start.</returns>
    public async Task<int> RunAsync()
    {
        using (host)
        {
            try
            {
                await host.StartAsync();
                await host.WaitForShutdownAsync();
                return host.Services.GetRequiredService<LocalSupervisor>().ExitCode;
            }
            catch (Exception exception) when (SettingErrors.Describe(exception) is { } problem)
            {
                Console.Error.WriteLine(problem);
                return 1;
            }
        }
    }
}

/// <summary>Collects the services.</summary>
internal sealed class LocalApplicationBuilder
{
    private readonly HostApplicationBuilder _builder;
    private readonly List<LocalService> _services = [];

    public LocalApplicationBuilder(string[] args)
    {
        _builder = Host.CreateApplicationBuilder(args);
        _builder.Logging.ClearProviders(); // the console belongs to the services' lines and to ours
        _builder.Services.AddOptionsWithValidateOnStart<ListenOptions, ListenOptionsValidator>().BindConfiguration(ListenOptions.Section);
        _builder.Services.AddOptionsWithValidateOnStart<ProbeOptions, ProbeOptionsValidator>().BindConfiguration(ProbeOptions.Section);
        _builder.Services.AddOptionsWithValidateOnStart<RestartOptions, RestartOptionsValidator>().BindConfiguration(RestartOptions.Section);
        _builder.Services.AddOptionsWithValidateOnStart<DashboardOptions, DashboardOptionsValidator>().BindConfiguration(DashboardOptions.Section);
    }

    /// <summary>The configured port of the session API; what is no port is reported when the application starts.</summary>
    public int Port => int.TryParse(_builder.Configuration[$"{ListenOptions.Section}:{nameof(ListenOptions.Port)}"], out var port)
        ? port
        : ListenOptions.DefaultPort;

    public LocalService AddService(string name, string program)
    {
        var service = new LocalService(name, program);
        _services.Add(service);
        return service;
    }

    public LocalApplication Build()
    {
        _builder.Services.AddSingleton<IReadOnlyList<LocalService>>(_services);
        _builder.Services.AddSingleton(TimeProvider.System);
        _builder.Services.AddSingleton<ConsoleOutput>();
        _builder.Services.AddMemoryTrimming();
        _builder.Services.AddSingleton<Dashboard>();
        _builder.Services.AddHostedService<DescendantSweep>();
        _builder.Services.AddSingleton<LocalSupervisor>();
        _builder.Services.AddHostedService(services => services.GetRequiredService<LocalSupervisor>());
        _builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        _builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LocalSupervisor.ShutdownBudget);
        return new LocalApplication(_builder.Build());
    }
}
