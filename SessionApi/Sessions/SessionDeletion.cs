using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>The order in which a session goes: nothing may start for it, its agent stops, its transcript goes, its clients are told.</summary>
internal static class SessionDeletion
{
    /// <summary>False when there is no such session.</summary>
    /// <exception cref="ApiErrorException">Too much waits for this session's agent.</exception>
    public static async Task<bool> DeleteAsync(
        string id, TranscriptStore store, ILiveSessionControl live, CancellationToken cancellationToken)
    {
        if (!SessionIds.IsValid(id))
        {
            return false;
        }

        bool isDeleted;
        try
        {
            await live.BeginDeleteAsync(id, cancellationToken);
            isDeleted = await store.DeleteAsync(id, cancellationToken);
        }
        catch (Exception exception) when (exception is not ApiErrorException) // a refusal has left no mark of this deletion
        {
            live.RollBackDelete(id);
            throw;
        }

        if (isDeleted)
        {
            live.CompleteDelete(id);
        }
        else
        {
            live.RollBackDelete(id);
        }

        return isDeleted;
    }
}
