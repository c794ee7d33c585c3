using Sidecar.ServiceDefaults.Bounds;
using Sidecar.ServiceDefaults.Telemetry;

namespace Sidecar.SessionApi.Teams;

internal static class TeamHostingExtensions
{
    /// <summary>Adds the teams of agents.</summary>
    public static void AddTeams(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<TeamOptions, TeamOptionsValidator>().BindConfiguration(TeamOptions.Section);
        builder.Services.AddSingleton<TeamFiles>();
        builder.Services.AddMeasured<TeamBounds>();
        builder.Services.AddSingleton<TeamWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TeamWatch>());
    }
}

/// <summary>What of teams grows with use.</summary>
internal sealed class TeamBounds(BoundRegistry bounds, Microsoft.Extensions.Options.IOptions<TeamOptions> configured)
{
    public Bound Watched { get; } = bounds.Add("teams.watched", "{team}", "Teams of agents whose files are watched.", configured.Value.MaxTeams);
}
