using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Ports;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Hosting;

internal static class ListenExtensions
{
    /// <summary>Listens on 127.0.0.1, on the configured port, unless addresses were given in the usual ways.</summary>
    public static void AddListenAddress(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ListenOptions, ListenOptionsValidator>().BindConfiguration(ListenOptions.Section);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            var port = builder.Configuration[$"{ListenOptions.Section}:{nameof(ListenOptions.Port)}"];
            builder.WebHost.UseUrls($"http://127.0.0.1:{port ?? $"{ListenOptions.DefaultPort}"}");
        }
    }

    /// <summary>Runs the server. What keeps it from starting is told in a sentence, not by a stack trace.</summary>
    /// <returns>The exit code: 0 after an orderly stop, 1 when it could not start.</returns>
    public static async Task<int> RunUntilStoppedAsync(this WebApplication app)
    {
        try
        {
            // Before the host does it: that would log the same with a stack trace.
            app.Services.GetService<IStartupValidator>()?.Validate();
            await app.RunAsync();
            return 0;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            var port = app.Services.GetRequiredService<IOptions<ListenOptions>>().Value.Port;
            Console.Error.WriteLine($"{exception.Message} {PortHolder.Explain(port)}");
        }
        catch (Exception exception) when (SettingErrors.Describe(exception) is { } problem)
        {
            Console.Error.WriteLine(problem);
        }

        return 1;
    }
}
