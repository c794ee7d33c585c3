using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Programs;

namespace Sidecar.SessionApi.Git;

internal static class GitHostingExtensions
{
    /// <summary>Adds git, for whoever needs an answer of it.</summary>
    public static void AddGit(this IHostApplicationBuilder builder)
    {
        builder.AddPrograms();
        builder.Services.AddOptionsWithValidateOnStart<GitOptions, GitOptionsValidator>().BindConfiguration(GitOptions.Section);
        builder.Services.AddMeasured<GitRunner>();
        builder.Services.AddSingleton<GitFiles>();
    }
}
