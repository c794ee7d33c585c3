namespace Sidecar.SessionApi.Transcripts;

/// <summary>What a look over project directories found.</summary>
internal sealed class Findings
{
    /// <summary>Whether these are all directories there are: what is not in them is gone.</summary>
    public required bool IsWhole { get; init; }

    public required IReadOnlyList<FoundDirectory> Directories { get; init; }

    /// <summary>Why the projects folder itself could not be read. Nothing is known to be gone then.</summary>
    public string? Failure { get; init; }

    public IEnumerable<FoundTranscript> Transcripts => Directories.SelectMany(directory => directory.Transcripts);
}

/// <summary>What a look into one project directory found.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Transcripts">One for each session.</param>
/// <param name="Skipped">What has a transcript's name and is none.</param>
/// <param name="Failure">Why the directory could not be read to its end. What it holds is then not known to be gone.</param>
internal sealed record FoundDirectory(
    string Path, IReadOnlyCollection<FoundTranscript> Transcripts, IReadOnlyDictionary<SkipReason, int> Skipped, string? Failure);
