using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class TranscriptFold
{
    /// <summary>
    /// Raise it when the state below changes, and also when the same lines give another fold than before: folds that were stored
    /// under another version are not used, their transcripts are read again.
    /// </summary>
    public const int StateVersion = 2;

    /// <summary>Writes all that folding on needs.</summary>
    public void WriteState(StateWriter state)
    {
        state.Number(MessageCount);
        state.Number(TranscriptMessageCount);
        state.Number(CorruptLines);
        state.Number(ModifiedTicks);
        state.Text(_modifiedText);
        state.Text(CreatedAt);
        state.Text(_customTitle);
        state.Text(_goalTitle);
        state.Text(_aiTitle);
        state.Text(_promptTitle);
        state.Text(Cwd);
        Meta.WriteState(state);
    }

    public static TranscriptFold ReadState(ref StateReader state)
    {
        var fold = new TranscriptFold
        {
            MessageCount = (int)state.Number(),
            TranscriptMessageCount = (int)state.Number(),
            CorruptLines = (int)state.Number(),
            ModifiedTicks = state.Number(),
            _modifiedText = state.Text(),
            CreatedAt = state.Text(),
            _customTitle = state.Text(),
            _goalTitle = state.Text(),
            _aiTitle = state.Text(),
            _promptTitle = state.Text(),
            Cwd = state.SharedText(),
        };
        fold.Meta.ReadState(ref state);
        return fold;
    }
}
