using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Search;

/// <summary>How sessions are searched, and what may be kept for it (section <c>Sidecar:Search</c>).</summary>
internal sealed class SessionSearchOptions
{
    public const string Section = "Sidecar:Search";

    /// <summary>Whether the searchable text is kept on disk. Without it every search reads the transcripts.</summary>
    /// <value>The default value is true.</value>
    public bool Index { get; set; } = true;

    /// <summary>What the kept text may take on disk; beyond it the oldest sessions leave, and are searched in their transcripts.</summary>
    /// <value>The default value is 1 GiB.</value>
    [NumberRange(Section, 64 * 1024, 1024L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; } = 1024 * 1024 * 1024;

    /// <summary>What of the index may be in memory; for what is more, each search reads a little more.</summary>
    /// <value>The default value is 32 MiB: enough for some 3 GB of transcripts.</value>
    [NumberRange(Section, 0, 64L * 1024 * 1024 * 1024)]
    public long MaxMemoryBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>How fast transcripts are read to be kept, in bytes a second.</summary>
    /// <value>The default value is 256 MiB.</value>
    [NumberRange(Section, 1024 * 1024, 100L * 1024 * 1024 * 1024)]
    public long IndexBytesPerSecond { get; set; } = 256 * 1024 * 1024;

    /// <summary>How often what changed is kept. What is not yet is searched in its transcript.</summary>
    /// <value>The default value is 2 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan IndexInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a search may take, its wait for others included; then it is answered with 503.</summary>
    /// <value>The default value is 30 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many searches may run or wait; a further one is refused with 503.</summary>
    /// <value>The default value is 32. They share two threads, so more would only wait longer.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxSearches { get; set; } = 32;
}

[OptionsValidator]
internal sealed partial class SessionSearchOptionsValidator : IValidateOptions<SessionSearchOptions>;
