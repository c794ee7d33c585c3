using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search.Texts;

/// <summary>
/// Reads what is spoken in a transcript, from any line on. A last line without its line feed is still being written and is left out.
/// <code>
/// while (await reader.FillAsync(cancellationToken))
/// {
///     while (reader.TryTake(out var text, out var place)) { … }
/// }
/// </code>
/// </summary>
/// <param name="file">The transcript.</param>
/// <param name="from">Where to begin.</param>
/// <param name="end">Where to stop, so that what is appended meanwhile is left for later.</param>
internal sealed class SpokenTextReader(SafeFileHandle file, SpokenPosition from, long end) : IDisposable
{
    /// <summary>Lines of this length and more are not searched. Prompts with several images are that long, not what anybody says.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    private readonly TranscriptLineReader _lines = new(file, from.Offset) { End = end, MaxBytes = MaxLineBytes };
    private readonly List<SpokenText> _ofLine = [];
    private ReadOnlyMemory<byte> _line;
    private int _next;
    private int _taken = from.Lines;
    private bool _isAfterNotification = from.IsAfterNotification;

    /// <summary>Behind the last line that was taken: where to begin the next time.</summary>
    public SpokenPosition Position => new(_lines.Position, _taken + _lines.OversizedLines, _isAfterNotification);

    /// <summary>Whether all of the line was taken, so that <see cref="Position"/> leaves nothing out.</summary>
    public bool IsAtLineEnd => _next == _ofLine.Count;

    /// <summary>Reads on. False at the end.</summary>
    public ValueTask<bool> FillAsync(CancellationToken cancellationToken) => _lines.FillAsync(cancellationToken);

    /// <summary>Takes the next text. Valid until the next fill.</summary>
    public bool TryTake(out string text, out TextPlace place)
    {
        while (_next == _ofLine.Count)
        {
            if (!_lines.TryTakeLine(out _line))
            {
                (text, place) = ("", default);
                return false;
            }

            _taken++;
            _next = 0;
            _ofLine.Clear();
            if (_line.Length < MaxLineBytes)
            {
                SpokenText.Find(_line.Span, ref _isAfterNotification, _ofLine);
            }
        }

        var token = _ofLine[_next++].Token;
        text = JsonText.Decode(token.In(_line.Span));
        place = new TextPlace(_lines.LineStart, _line.Length, _taken + _lines.OversizedLines, token.Start);
        return true;
    }

    public void Dispose() => _lines.Dispose();
}

/// <summary>The beginning of a line, and what of the lines before it matters.</summary>
/// <param name="Offset">In the file.</param>
/// <param name="Lines">How many lines there are before it.</param>
/// <param name="IsAfterNotification">Whether the agent talks to itself there.</param>
internal readonly record struct SpokenPosition(long Offset, int Lines, bool IsAfterNotification);
