using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>The order in which a session goes: nothing may start for it, its agent stops, its transcript goes, its clients are told.</summary>
internal static class SessionDeletion
{
    /// <summary>False when there is no such session.</summary>
    public static async Task<bool> DeleteAsync(
        string id, TranscriptStore store, ILiveSessionControl live, CancellationToken cancellationToken)
    {
        if (!SessionIds.IsValid(id))
        {
            return false;
        }

        var isDeleted = false;
        try
        {
            await live.BeginDeleteAsync(id, cancellationToken);
            isDeleted = await store.DeleteAsync(id, cancellationToken);
        }
        finally
        {
            if (!isDeleted)
            {
                live.RollBackDelete(id);
            }
        }

        if (isDeleted)
        {
            live.CompleteDelete(id);
        }

        return isDeleted;
    }
}
