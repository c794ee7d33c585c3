#if ASPIRE
#pragma warning disable IDE0005 // Which of these the Aspire SDK uses implicitly depends on its version.
using System.Net.Http.Headers;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Sidecar.Contracts;

namespace Sidecar.AppHost.Commands;

/// <summary>What a person finds at a service in the Aspire dashboard, beside its state: pages to open, and things to do.</summary>
internal static class CommandHostingExtensions
{
    /// <summary>The command that shows the named sidecars.</summary>
    public const string ListSidecars = "list-sidecars";

    /// <summary>The command that restarts one of them.</summary>
    public const string RestartSidecar = "restart-sidecar";

    /// <summary>The name of the one to restart, as the argument of <see cref="RestartSidecar"/>.</summary>
    public const string SidecarName = "name";

    /// <summary>Shows a page of the service under a name of its own.</summary>
    public static IResourceBuilder<ProjectResource> WithPage(this IResourceBuilder<ProjectResource> project, string path, string name) =>
        project.WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = path, DisplayText = name });

    /// <summary>Lets a person list the worker's named sidecars and restart one.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="secret">What it is commanded with.</param>
    public static IResourceBuilder<ProjectResource> WithSidecarCommands(this IResourceBuilder<ProjectResource> worker, string secret) => worker
        .WithHttpCommand(WorkerContract.Sidecars, "List sidecars", commandName: ListSidecars, commandOptions: new HttpCommandOptions
        {
            Method = HttpMethod.Get,
            Description = "Shows the named sidecars and how they stand.",
            IconName = "AppsList",
            ResultMode = HttpCommandResultMode.Json,
            PrepareRequest = context => Prepare(context, secret),
        })
        .WithHttpCommand(WorkerContract.Sidecars, "Restart a sidecar", commandName: RestartSidecar, commandOptions: new HttpCommandOptions
        {
            Description = "Stops a named sidecar with all that it has started, and starts it again.",
            IconName = "ArrowCounterclockwise",
            ResultMode = HttpCommandResultMode.Json,
            Arguments = [new InteractionInput { Name = SidecarName, Label = "Name", InputType = InputType.Text, Required = true }],
            PrepareRequest = context =>
            {
                var name = Uri.EscapeDataString(context.Arguments.GetString(SidecarName)!);
                context.Request.RequestUri = new Uri(context.Request.RequestUri!, $"{WorkerContract.Sidecars}/{name}/restart");
                return Prepare(context, secret);
            },
        });

    private static Task Prepare(HttpCommandRequestContext context, string secret)
    {
        context.Request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return Task.CompletedTask;
    }
}
#endif
