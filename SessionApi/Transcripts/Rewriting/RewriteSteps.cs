namespace Sidecar.SessionApi.Transcripts.Rewriting;

/// <summary>
/// Hears of the moments at which an operation has done one step and not the next. A crash at any of them must lose nothing; tests end the
/// process there. In the server nobody listens.
/// </summary>
internal class RewriteSteps
{
    public virtual void Reached(RewriteStep step)
    {
    }
}

/// <summary>The steps of operations that rewrite a session's files, in their order.</summary>
internal enum RewriteStep
{
    /// <summary>What the files hold now is kept beside, and not one of them has been changed.</summary>
    FilesKept,

    /// <summary>One file has its earlier content again; reached once for each.</summary>
    FileRestored,

    /// <summary>The new transcript is beside the old one, perhaps not on disk.</summary>
    Written,

    /// <summary>The new transcript is on disk.</summary>
    Flushed,

    /// <summary>The new transcript has the old one's name.</summary>
    Replaced,
}
