namespace Sidecar.SessionApi.Ui;

internal static class UiHostingExtensions
{
    public static void AddUi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<UiOptions, UiOptionsValidator>().BindConfiguration(UiOptions.Section);
        builder.Services.AddSingleton<UiFiles>();
        builder.Services.AddSingleton<BuiltInUi>();
    }

    /// <summary>Serves the UI for paths that have no route: that in <see cref="UiOptions.Root"/>, else our own.</summary>
    public static void UseUi(this WebApplication app) => app.UseMiddleware<UiMiddleware>();
}
