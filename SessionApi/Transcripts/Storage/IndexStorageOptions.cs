namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>The configuration section <c>Sidecar:Sessions:Index</c>.</summary>
internal sealed class IndexStorageOptions
{
    public const string Section = "Sidecar:Sessions:Index";

    /// <summary>Whether what is known of the transcripts is kept on disk, so that the next start need not read them again.</summary>
    /// <value>The default value is true.</value>
    public bool Persist { get; set; } = true;
}
