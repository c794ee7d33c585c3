namespace Sidecar.SessionApi.Ui;

internal static class UiHostingExtensions
{
    public static void AddUi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<UiOptions, UiOptionsValidator>().BindConfiguration(UiOptions.Section);
        builder.Services.AddSingleton<UiFiles>();
    }

    /// <summary>Serves the UI for paths that have no route. Without <see cref="UiOptions.Root"/> they are 404.</summary>
    public static void UseUi(this WebApplication app) => app.UseMiddleware<UiMiddleware>();
}
