using System.Buffers;
using System.Text.Json;
using Sidecar.SessionApi.History.Files;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.History;

/// <summary>
/// Copies a transcript up to a message into that of another session, line by line. Entries get the new session's id and say where they come
/// from; what is said about the session as a whole is copied wherever it stands, except for titles.
/// </summary>
internal sealed class HistoryCopy(SessionHistory source, long lastOffset, string newId)
{
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <exception cref="IOException">A line is longer than can be copied.</exception>
    public async Task WriteAsync(string path, FileStream output, CancellationToken cancellationToken)
    {
        using var file = TranscriptLineReader.Open(path);
        using var reader = new TranscriptLineReader(file, offset: 0);
        var start = 0L;
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                await CopyAsync(line, start, output, cancellationToken);
                start = reader.Position;
            }
        }

        await CopyAsync(reader.Tail, start, output, cancellationToken);
        if (reader.OversizedLines > 0)
        {
            throw new IOException($"The transcript has a line of more than {TranscriptLineReader.MaxLineBytes} bytes, which cannot be copied.");
        }
    }

    private async ValueTask CopyAsync(ReadOnlyMemory<byte> line, long offset, FileStream output, CancellationToken cancellationToken)
    {
        _line.ResetWrittenCount();
        Take(line.Span, offset);
        if (_line.WrittenCount > 0)
        {
            await output.WriteAsync(_line.WrittenMemory, cancellationToken);
        }
    }

    private void Take(ReadOnlySpan<byte> line, long offset)
    {
        var position = 0;
        for (var start = 0; TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry; start = position)
        {
            var json = line[start..position];
            if (IsCopied(json, line, in entry, offset))
            {
                Write(json, line, in entry);
                _line.Write("\n"u8);
            }
        }
    }

    private bool IsCopied(ReadOnlySpan<byte> json, ReadOnlySpan<byte> line, in TranscriptLine entry, long offset)
    {
        if (entry.Type.IsText(line, "session-meta"u8) || entry.Type.IsText(line, "worktree-state"u8))
        {
            return true;
        }

        if (FileCheckpoints.IsCheckpoint(line, in entry))
        {
            return FileCheckpoints.MessageOf(json) is { } message && source.OffsetOf(message) <= lastOffset;
        }

        return offset <= lastOffset && !entry.Type.IsText(line, "custom-title"u8) && !entry.Type.IsText(line, "ai-title"u8);
    }

    private void Write(ReadOnlySpan<byte> json, ReadOnlySpan<byte> line, in TranscriptLine entry)
    {
        var separator = (byte)'{';
        var members = new JsonObjectWalker(json, json.IndexOf((byte)'{'));
        while (members.Next(out var name, out var value))
        {
            if (name.SequenceEqual("forkedFrom"u8) && entry.Uuid.IsText(line))
            {
                continue;
            }

            Begin(ref separator, name);
            if (name.SequenceEqual("sessionId"u8))
            {
                Text(newId);
            }
            else
            {
                _line.Write(value.In(json));
            }
        }

        if (entry.Uuid.IsText(line))
        {
            Begin(ref separator, "forkedFrom"u8);
            _line.Write("{\"sessionId\":"u8);
            Text(source.SessionId);
            _line.Write(",\"messageUuid\":"u8);
            _line.Write(entry.Uuid.In(line));
            _line.Write("}"u8);
        }

        _line.Write(separator == '{' ? "{}"u8 : "}"u8);
    }

    private void Begin(ref byte separator, ReadOnlySpan<byte> name)
    {
        _line.Write([separator, (byte)'"']);
        _line.Write(name);
        _line.Write("\":"u8);
        separator = (byte)',';
    }

    private void Text(string text)
    {
        _line.Write("\""u8);
        _line.Write(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        _line.Write("\""u8);
    }
}
