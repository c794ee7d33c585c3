using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Reads a transcript from an offset, line by line, through one buffer. A line that has no line feed yet is still being
/// written: it is not a line, only <see cref="Tail"/>.
/// <code>
/// while (await reader.FillAsync(cancellationToken))
/// {
///     while (reader.TryTakeLine(out var line)) { … }
/// }
/// </code>
/// </summary>
internal sealed class TranscriptLineReader(SafeFileHandle file, long offset) : IDisposable
{
    /// <summary>Longer lines are skipped and counted, unless they are condensed. The longest seen in the field was 13 MB.</summary>
    public const int MaxLineBytes = 64 * 1024 * 1024;

    // Small enough that parsing one fill does not hold a thread for long, large enough that reads are few.
    private const int BufferBytes = 128 * 1024;

    // Above this a buffer is left to the garbage collector: the shared pool would keep it, and one odd line is no reason to.
    private const int MaxPooledBytes = 1024 * 1024;

    /// <summary>A longer line may be condensed while it is read, if that was asked for: the buffer then stays within the pool.</summary>
    public const int CondensedBytes = MaxPooledBytes / 2;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _scanned;
    private int _end;
    private long _readOffset = offset;
    private bool _skipping;
    private bool _condensing;
    private LineCondenser? _condenser;

    /// <summary>The file offset behind the last complete line that was taken or skipped.</summary>
    public long Position { get; private set; } = offset;

    /// <summary>Where to stop reading, so that what is appended meanwhile is left for later.</summary>
    public long End { get; init; } = long.MaxValue;

    /// <summary>Whether a long line may be given in its condensed form, so that it takes no room in memory.</summary>
    public bool Condenses { get; init; }

    /// <summary>The same for a reader that can do with shorter ones.</summary>
    public int MaxBytes { get; init; } = MaxLineBytes;

    /// <summary>The file offset of the line that was taken last.</summary>
    public long LineStart { get; private set; } = offset;

    /// <summary>How many lines were longer than <see cref="MaxBytes"/>.</summary>
    public int OversizedLines { get; private set; }

    /// <summary>The bytes behind the last line feed. Valid until the next fill.</summary>
    public ReadOnlyMemory<byte> Tail => _skipping || _condensing ? default : _buffer.AsMemory(_start, _end - _start);

    public static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    /// <summary>Reads on. False at the end of the file.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var room = (int)Math.Min(_buffer.Length - _end, Math.Max(0, End - _readOffset));
        var read = await RandomAccess.ReadAsync(file, _buffer.AsMemory(_end, room), _readOffset, cancellationToken);
        _readOffset += read;
        _end += read;
        return read > 0;
    }

    /// <summary>Takes the next complete line, without its line feed. Valid until the next fill.</summary>
    public bool TryTakeLine(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            var feed = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (feed < 0)
            {
                _scanned = _end;
                line = default;
                return false;
            }

            var start = _start;
            var end = _scanned + feed;
            Position = _readOffset - (_end - end) + 1;
            _start = _scanned = end + 1;
            if (_skipping)
            {
                _skipping = false;
                continue;
            }

            if (_condensing)
            {
                _condensing = false;
                _condenser!.Take(_buffer.AsSpan(start, end - start));
                line = _condenser.Finish();
                return true;
            }

            if (end > start && _buffer[end - 1] == '\r')
            {
                end--;
            }

            line = _buffer.AsMemory(start, end - start);
            LineStart = _readOffset - _end + start;
            return true;
        }
    }

    public void Dispose()
    {
        Release(_buffer);
        _buffer = [];
    }

    private void MakeRoom()
    {
        if (_skipping)
        {
            _start = _scanned = _end = 0;
        }

        var kept = _end - _start;
        if (_condensing || (Condenses && kept >= CondensedBytes))
        {
            Condense(_buffer.AsSpan(_start, kept));
            _start = _scanned = _end = 0;
        }
        else if (kept >= MaxBytes)
        {
            _skipping = true;
            OversizedLines++;
            kept = 0;
            _start = _scanned = _end;
            Resize(BufferBytes, kept);
        }
        else if (kept == 0 && _buffer.Length > MaxPooledBytes)
        {
            Resize(BufferBytes, kept);
        }
        else if (kept > _buffer.Length / 2)
        {
            Resize(_buffer.Length * 2, kept);
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
            Settle(kept);
        }
    }

    private void Condense(ReadOnlySpan<byte> part)
    {
        if (!_condensing)
        {
            _condensing = true;
            _condenser ??= new LineCondenser();
            _condenser.Reset();
        }

        _condenser!.Take(part);
    }

    private void Resize(int bytes, int kept)
    {
        var larger = bytes > MaxPooledBytes ? GC.AllocateUninitializedArray<byte>(bytes) : ArrayPool<byte>.Shared.Rent(bytes);
        _buffer.AsSpan(_start, kept).CopyTo(larger);
        Release(_buffer);
        _buffer = larger;
        Settle(kept);
    }

    private void Settle(int kept)
    {
        _scanned -= _start;
        _start = 0;
        _end = kept;
    }

    private static void Release(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= MaxPooledBytes)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
