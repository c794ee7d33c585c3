using System.Text;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.SessionApi.History;

/// <summary>Begins another session with what was said in one up to a message. The first one is not touched, and may be running.</summary>
internal sealed class SessionBranch(TranscriptStore store, SessionCatalog catalog, RewriteSteps steps, TimeProvider time)
{
    // No transcript's name: nobody lists it before it is whole.
    private const string NewExtension = ".branch.tmp";

    /// <param name="sessionId">The session to begin with.</param>
    /// <param name="targetMessageId">The last message that the new one has.</param>
    /// <param name="title">Its title; null for the first one's, marked as a branch.</param>
    /// <param name="cancellationToken">Ends it; then there is no new session.</param>
    /// <exception cref="ApiErrorException">There is no such session or message.</exception>
    public async Task<BranchView> RunAsync(string sessionId, string targetMessageId, string? title, CancellationToken cancellationToken)
    {
        if (store.Locate(sessionId) is not { } location || await store.FindAsync(sessionId, cancellationToken) is not { } facts)
        {
            throw new ApiErrorException(ApiError.SessionNotFound(sessionId));
        }

        var history = await HistoryReader.ReadAsync(location, cancellationToken);
        var last = history.FindShown(EntryKey.Of(Encoding.UTF8.GetBytes(targetMessageId))) switch
        {
            { IsSidechain: false } message => message.Offset,
            { IsSidechain: true } => throw new ApiErrorException(ApiError.BadRequest(
                $"targetMessageId \"{targetMessageId}\" is a message of an agent that the session started; a branch begins at the session's own messages")),
            _ => throw new ApiErrorException(ApiError.BadRequest($"targetMessageId \"{targetMessageId}\" is no message of this session")),
        };

        var branch = location with { SessionId = Guid.NewGuid().ToString() };
        var name = title ?? $"{facts.Title} (Branch)";
        TranscriptReplacement.RemoveLeftovers(branch.Directory, "*" + NewExtension, time.GetUtcNow());
        try
        {
            await catalog.WriteAsync(
                branch,
                _ => TranscriptReplacement.WriteAsync(branch.MainPath, NewExtension, WriteAsync, steps, like: facts.Path),
                cancellationToken);
        }
        catch (IOException failure)
        {
            throw new ApiErrorException(ApiError.Conflict($"The branch could not be written: {failure.Message}"));
        }

        return new BranchView(branch.SessionId, name, facts.WorkDir, sessionId, targetMessageId);

        async ValueTask WriteAsync(FileStream output)
        {
            await new HistoryCopy(history, last, branch.SessionId).WriteAsync(facts.Path, output, cancellationToken);
            await output.WriteAsync(TranscriptLines.CustomTitle(branch.SessionId, name, time.GetUtcNow()), cancellationToken);
        }
    }
}
