namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// What the session list needs of one transcript, as a fold over its lines. It knows no file: whoever feeds it keeps the
/// offset. Lines that are not understood are stepped over, lines that are no JSON are counted.
/// </summary>
internal sealed partial class TranscriptFold
{
    private string? _customTitle;
    private string? _goalTitle;
    private string? _aiTitle;
    private string? _promptTitle;
    private string? _modifiedText;

    /// <summary>The <c>user</c> and <c>assistant</c> entries whose message has a role.</summary>
    public int MessageCount { get; private set; }

    /// <summary>The entries, <c>system</c> included, that are not meta: with none of them there is nothing to resume.</summary>
    public int TranscriptMessageCount { get; private set; }

    /// <summary>How many lines were no JSON, or longer than a line may be.</summary>
    public int CorruptLines { get; private set; }

    /// <summary>The first timestamp, as it is written.</summary>
    public string? CreatedAt { get; private set; }

    /// <summary>When the conversation last went on, in UTC ticks; 0 without a conversation. Metadata does not count.</summary>
    public long ModifiedTicks { get; private set; }

    public string? ModifiedAt => ModifiedTicks == 0 ? null : _modifiedText ?? TranscriptTime.Format(ModifiedTicks);

    public string? Title => _customTitle ?? _goalTitle ?? _aiTitle ?? _promptTitle;

    public bool HasCustomTitle => _customTitle is not null;

    /// <summary>The working directory that the CLI named last.</summary>
    public string? Cwd { get; private set; }

    /// <summary>What our own lines and the worktree lines say.</summary>
    public SessionMetadata Meta { get; } = new();

    /// <summary>The working directory, guessed from the project directory's name when no line names one.</summary>
    public string WorkDirIn(TranscriptLocation location) =>
        Meta.WorkDir ?? Cwd ?? ProjectDirectoryName.ToDisplayPath(location.ProjectName);

    /// <summary>Takes one line, without its line feed.</summary>
    public void Fold(ReadOnlySpan<byte> line)
    {
        var position = 0;
        LineScan scan;
        while ((scan = TranscriptLine.Scan(line, ref position, out var entry)) != LineScan.End)
        {
            if (scan == LineScan.Corrupt)
            {
                CorruptLines++;
            }
            else
            {
                Fold(line, in entry);
            }
        }
    }

    private void Fold(ReadOnlySpan<byte> line, in TranscriptLine entry)
    {
        if (CreatedAt is null && entry.Timestamp.IsText(line))
        {
            CreatedAt = entry.Timestamp.Text(line);
        }

        if (entry.Cwd.IsText(line) && !IsSame(Cwd, entry.Cwd.In(line)))
        {
            Cwd = entry.Cwd.Text(line);
        }

        var type = entry.Type.IsText(line) ? entry.Type.In(line)[1..^1] : default;
        switch (type.Length)
        {
            case 4 when type.SequenceEqual("user"u8):
                FoldMessage(line, in entry, isCounted: true);
                FoldPrompt(line, in entry);
                break;
            case 9 when type.SequenceEqual("assistant"u8):
                FoldMessage(line, in entry, isCounted: true);
                break;
            case 6 when type.SequenceEqual("system"u8):
                FoldMessage(line, in entry, isCounted: false);
                FoldGoal(line, entry.Content);
                break;
            case 12 when type.SequenceEqual("session-meta"u8):
                Meta.Fold(line, in entry);
                break;
            case 12 when type.SequenceEqual("custom-title"u8):
                _customTitle = entry.CustomTitle.Text(line) is { } custom && !string.IsNullOrWhiteSpace(custom) ? custom : _customTitle;
                break;
            case 8 when type.SequenceEqual("ai-title"u8):
                _aiTitle = entry.AiTitle.Text(line) is { } ai && TitleText.Collapse(ai) is { Length: > 0 } cleaned ? cleaned : _aiTitle;
                break;
            case 14 when type.SequenceEqual("worktree-state"u8):
                Meta.FoldWorktree(line, entry.WorktreeSession);
                break;
        }
    }

    private void FoldMessage(ReadOnlySpan<byte> line, in TranscriptLine entry, bool isCounted)
    {
        if (!MessageMembers.HasRole(line, entry.Message))
        {
            return;
        }

        MessageCount += isCounted ? 1 : 0;
        if (entry.IsMeta.IsTrue(line))
        {
            return;
        }

        TranscriptMessageCount++;
        if (isCounted
            && TranscriptTime.TryParse(entry.Timestamp.In(line), out var ticks, out var isCanonical)
            && ticks > ModifiedTicks)
        {
            ModifiedTicks = ticks;
            _modifiedText = isCanonical ? null : entry.Timestamp.Text(line);
        }
    }

    private void FoldPrompt(ReadOnlySpan<byte> line, in TranscriptLine entry)
    {
        if ((_promptTitle is not null && _goalTitle is not null) || entry.IsMeta.IsTrue(line))
        {
            return;
        }

        // Decoding is for the few lines that may still give a title; of the others only the bytes are looked at.
        var mayBeGoal = _goalTitle is null && entry.Message.In(line).IndexOf("/goal"u8) >= 0;
        if (_promptTitle is not null && !mayBeGoal)
        {
            return;
        }

        var content = MessageMembers.Of(line, entry.Message).Content;
        if (ContentBlocks.FirstText(line, content, TitleText.MaxPromptBytes) is { } text)
        {
            _goalTitle ??= mayBeGoal ? TitleText.FromGoal(text) : null;
            _promptTitle ??= TitleText.FromPrompt(text);
        }
    }

    private void FoldGoal(ReadOnlySpan<byte> line, JsonSlice content)
    {
        if (_goalTitle is null && content.IsText(line) && content.In(line).IndexOf("/goal"u8) >= 0)
        {
            _goalTitle = TitleText.FromGoal(JsonText.DecodeStart(content.In(line), TitleText.MaxPromptBytes));
        }
    }

    // Nearly every line repeats the directory of the line before; only a new one is worth a string.
    private static bool IsSame(string? text, ReadOnlySpan<byte> token) =>
        text is not null && System.Text.Ascii.Equals(token[1..^1], text);
}
