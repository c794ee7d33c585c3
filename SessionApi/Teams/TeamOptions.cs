using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Teams;

/// <summary>How teams of agents are watched (section <c>Sidecar:Teams</c>).</summary>
internal sealed class TeamOptions
{
    public const string Section = "Sidecar:Teams";

    /// <summary>How often the teams' files are looked at while a client is connected.</summary>
    /// <value>The default value is 3 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many teams are looked at; of more, the first by the names of their folders.</summary>
    /// <value>The default value is 256.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxTeams { get; set; } = 256;

    /// <summary>How many tasks, and how many inboxes, of a team are read.</summary>
    /// <value>The default value is 1000.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxFiles { get; set; } = 1000;

    /// <summary>The longest file of a team that is read; a longer one counts as unreadable.</summary>
    /// <value>The default value is 1 MiB.</value>
    [NumberRange(Section, 1024, 64 * 1024 * 1024)]
    public long MaxFileBytes { get; set; } = 1024 * 1024;
}

[OptionsValidator]
internal sealed partial class TeamOptionsValidator : IValidateOptions<TeamOptions>;
