using System.Collections.Immutable;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The session list at one moment, in its order. Read it once, then use the local.</summary>
internal sealed record CatalogSnapshot
{
    public static readonly CatalogSnapshot Empty = new()
    {
        Rows = SessionRows.Empty,
        Projects = ImmutableDictionary.Create<string, SessionRows>(StringComparer.Ordinal),
    };

    /// <summary>Newest conversation first.</summary>
    public required SessionRows Rows { get; init; }

    /// <summary>When the list last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    // The same rows by ProjectDirectoryName.KeyOfDirectory: a request for one project does not go through all of them.
    private ImmutableDictionary<string, SessionRows> Projects { get; init; } = null!;

    public static CatalogSnapshot Of(IEnumerable<SessionRow> rows, DateTimeOffset now)
    {
        var all = SessionRows.Of(rows);
        return new CatalogSnapshot
        {
            Rows = all,
            Projects = all
                .GroupBy(row => ProjectDirectoryName.KeyOfDirectory(row.ProjectName), StringComparer.Ordinal)
                .ToImmutableDictionary(project => project.Key, SessionRows.Of, StringComparer.Ordinal),
            UpdatedAt = now,
        };
    }

    /// <summary>The rows by project; each is what <see cref="RowsOf"/> gives for the directory of any of them. None is empty.</summary>
    public IEnumerable<SessionRows> ByProject => Projects.Values;

    /// <summary>The rows of the directories that hold the transcripts of a path, which may be a directory's name already.</summary>
    // A directory that was not made by the CLI may have a name that no path has.
    public SessionRows RowsOf(string project) =>
        Projects.TryGetValue(ProjectDirectoryName.KeyOfDirectory(project), out var rows) ? rows : Projects.GetValueOrDefault(ProjectDirectoryName.KeyOfPath(ProjectDirectoryName.Sanitize(project)), SessionRows.Empty);

    /// <summary>The list with one row taken out, put in, or both.</summary>
    public CatalogSnapshot With(SessionRow? removed, SessionRow? added, DateTimeOffset now)
    {
        var (rows, projects) = (Rows, Projects);
        if (removed is not null)
        {
            var key = ProjectDirectoryName.KeyOfDirectory(removed.ProjectName);
            var project = projects.GetValueOrDefault(key, SessionRows.Empty).Without(removed);
            rows = rows.Without(removed);
            projects = project.Count > 0 ? projects.SetItem(key, project) : projects.Remove(key);
        }

        if (added is not null)
        {
            var key = ProjectDirectoryName.KeyOfDirectory(added.ProjectName);
            rows = rows.With(added);
            projects = projects.SetItem(key, projects.GetValueOrDefault(key, SessionRows.Empty).With(added));
        }

        return new CatalogSnapshot { Rows = rows, Projects = projects, UpdatedAt = now };
    }
}
