using Microsoft.AspNetCore.Builder;

namespace Sidecar.ServiceDefaults;

/// <summary>With what a service's application builder begins.</summary>
public static class ServiceOptions
{
    /// <summary>
    /// Settings are read from beside the program, wherever it was started: the folder of <c>appsettings.json</c> is watched with all that is
    /// in it, and a person's home or temporary folder holds too much for that.
    /// </summary>
    /// <param name="args">The command line.</param>
    public static WebApplicationOptions Of(string[] args) => new() { Args = args, ContentRootPath = AppContext.BaseDirectory };
}
