using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Files;

/// <summary>How folders of people are read and searched for them (section <c>Sidecar:Files</c>).</summary>
internal sealed class FolderOptions
{
    public const string Section = "Sidecar:Files";

    /// <summary>How long a look into a folder or a file may take. What takes longer hangs, as a network drive does.</summary>
    /// <value>The default value is 5 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many looks go on at once, those that hang included; further ones are refused.</summary>
    /// <value>The default value is 32.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxReads { get; set; } = 32;

    /// <summary>How long a search for text may take; it answers what it has found by then.</summary>
    /// <value>The default value is 10 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:10:00")]
    public TimeSpan SearchTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many searches for text go on at once; further ones wait.</summary>
    /// <value>The default value is 2.</value>
    [NumberRange(Section, 1, 256)]
    public int MaxSearches { get; set; } = 2;

    /// <summary>How many searches for text may wait; a further one is refused.</summary>
    /// <value>The default value is 32.</value>
    [NumberRange(Section, 0, 100_000)]
    public int MaxWaitingSearches { get; set; } = 32;

    /// <summary>How many files and folders a search goes through.</summary>
    /// <value>The default value is 100000.</value>
    [NumberRange(Section, 100, 10_000_000)]
    public int MaxVisited { get; set; } = 100_000;

    /// <summary>ripgrep, which searches text faster: a path, or a name on <c>PATH</c>; empty to do without.</summary>
    /// <value>The default value is <c>rg</c>.</value>
    public string RipgrepCommand { get; set; } = "rg";
}

[OptionsValidator]
internal sealed partial class FolderOptionsValidator : IValidateOptions<FolderOptions>;
