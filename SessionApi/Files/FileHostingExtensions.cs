using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Programs;

namespace Sidecar.SessionApi.Files;

internal static class FileHostingExtensions
{
    /// <summary>Adds what looks into folders of this machine.</summary>
    public static void AddFiles(this IHostApplicationBuilder builder)
    {
        builder.AddPrograms();
        builder.Services.AddOptionsWithValidateOnStart<FolderOptions, FolderOptionsValidator>().BindConfiguration(FolderOptions.Section);
        builder.Services.AddMeasured<FileReads>();
        builder.Services.AddSingleton<FolderBrowser>();
        builder.Services.AddSingleton<RipgrepSearch>();
        builder.Services.AddMeasured<TextSearch>();
    }
}
