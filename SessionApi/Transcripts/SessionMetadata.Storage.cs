using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class SessionMetadata
{
    /// <summary>Writes all values; a part of <see cref="TranscriptFold.WriteState"/>.</summary>
    public void WriteState(StateWriter state)
    {
        state.Text(WorkDir);
        state.Text(PermissionMode);
        state.Text(EffortLevel);
        state.Flag(HasRuntimeProvider);
        state.Text(RuntimeProviderId);
        state.Text(RuntimeModelId);
        state.Text(RepositoryRoot);
        state.Text(WorktreePath);
        state.Text(WorktreeOriginalCwd);
    }

    public void ReadState(ref StateReader state)
    {
        WorkDir = state.SharedText();
        PermissionMode = state.SharedText();
        EffortLevel = state.SharedText();
        HasRuntimeProvider = state.Flag();
        RuntimeProviderId = state.SharedText();
        RuntimeModelId = state.SharedText();
        RepositoryRoot = state.SharedText();
        WorktreePath = state.SharedText();
        WorktreeOriginalCwd = state.SharedText();
    }
}
