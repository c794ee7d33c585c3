using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// The file of the index: records, one behind the other, that are never changed. One thread writes, any number reads. What a crash has left
/// half written at the end is cut off at the next start.
/// </summary>
internal sealed class SearchFile : IDisposable
{
    private const ulong Magic = 0x0048435241454453; // "SDEARCH"
    private const uint Version = 1;
    private const int HeaderBytes = 16;

    // More is damage: a record has at most one text beyond the usual, and no transcript line is longer.
    private const int MaxRecordBytes = 64 * 1024 * 1024;

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _record = new(64 * 1024);

    private SearchFile(FileStream file) => _file = file;

    /// <summary>Of the file.</summary>
    public long Length { get; private set; } = HeaderBytes;

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Begins a new file in the place of any other.</summary>
    public static SearchFile Create(string path)
    {
        File.Delete(path);
        var file = new SearchFile(PrivateFiles.Open(path, FileShare.ReadWrite | FileShare.Delete));
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], Version);
        RandomAccess.Write(file.Handle, header, 0);
        return file;
    }

    /// <summary>Opens the file and hands each of its records on; a new one when there is none, or none of ours.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onRecord">Gets the head and the place of each record, in the order in which they were written.</param>
    /// <exception cref="IndexSchemaException">A later program wrote it.</exception>
    public static SearchFile Open(string path, RecordReader onRecord)
    {
        if (!File.Exists(path))
        {
            return Create(path);
        }

        var file = new SearchFile(PrivateFiles.Open(path, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            var isOurs = RandomAccess.Read(file.Handle, header, 0) == HeaderBytes && BinaryPrimitives.ReadUInt64LittleEndian(header) == Magic;
            var version = BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(ulong)..]);
            if (isOurs && version > Version)
            {
                throw new IndexSchemaException((int)version, (int)Version);
            }

            if (isOurs && version == Version)
            {
                file.Load(onRecord);
                return file;
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return Create(path);
    }

    /// <summary>Adds a record.</summary>
    public StoredChunk Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> places, ReadOnlySpan<byte> packed, int textBytes)
    {
        var chunk = new StoredChunk(Length, head.Length, signature.Length, places.Length, packed.Length, textBytes);
        _record.ResetWrittenCount();
        var lengths = _record.GetSpan(StoredChunk.FixedBytes)[..StoredChunk.FixedBytes];
        lengths.Clear();
        Put(lengths, 0, chunk.RecordBytes);
        Put(lengths, 2, head.Length);
        Put(lengths, 3, signature.Length);
        Put(lengths, 4, places.Length);
        Put(lengths, 5, packed.Length);
        Put(lengths, 6, textBytes);
        _record.Advance(StoredChunk.FixedBytes);
        _record.Write(head);
        _record.Write(signature);
        _record.Write(places);
        _record.Write(packed);
        var written = MemoryMarshal.AsMemory(_record.WrittenMemory).Span;
        BinaryPrimitives.WriteUInt32LittleEndian(written[sizeof(uint)..], StateChecksum.Of(written[(2 * sizeof(uint))..]));
        RandomAccess.Write(Handle, written, Length);
        Length += written.Length;
        return chunk;
    }

    /// <summary>Adds a record of another file as it is.</summary>
    public StoredChunk Copy(SearchFile from, StoredChunk chunk)
    {
        var record = ArrayPool<byte>.Shared.Rent(chunk.RecordBytes);
        try
        {
            from.Read(record.AsSpan(0, chunk.RecordBytes), chunk.Position);
            RandomAccess.Write(Handle, record.AsSpan(0, chunk.RecordBytes), Length);
            var copy = chunk with { Position = Length };
            Length += chunk.RecordBytes;
            return copy;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }

    /// <exception cref="InvalidDataException">There is less.</exception>
    /// <exception cref="ObjectDisposedException">The file was replaced by a smaller one.</exception>
    public void Read(Span<byte> bytes, long position)
    {
        if (RandomAccess.Read(Handle, bytes, position) != bytes.Length)
        {
            throw new InvalidDataException("The search index is shorter than it was.");
        }
    }

    public void Dispose() => _file.Dispose();

    private void Load(RecordReader onRecord)
    {
        var length = RandomAccess.GetLength(Handle);
        var buffer = Array.Empty<byte>();
        var lengths = new byte[StoredChunk.FixedBytes];
        while (Length + StoredChunk.FixedBytes <= length)
        {
            Read(lengths, Length);
            var chunk = new StoredChunk(Length, Get(lengths, 2), Get(lengths, 3), Get(lengths, 4), Get(lengths, 5), Get(lengths, 6));
            var record = Get(lengths, 0);
            if (record is < StoredChunk.FixedBytes or > MaxRecordBytes || record != chunk.RecordBytes || Length + record > length)
            {
                break;
            }

            if (buffer.Length < record)
            {
                buffer = new byte[Math.Max(record, 256 * 1024)];
            }

            Read(buffer.AsSpan(0, record), Length);
            if (StateChecksum.Of(buffer.AsSpan(2 * sizeof(uint), record - (2 * sizeof(uint)))) != (uint)Get(lengths, 1))
            {
                break;
            }

            try
            {
                onRecord(buffer.AsSpan(StoredChunk.FixedBytes, chunk.HeadBytes), chunk);
            }
            catch (InvalidDataException)
            {
                break;
            }

            Length += record;
        }

        // Nothing behind a damaged record can be told apart from damage.
        if (Length < length)
        {
            RandomAccess.SetLength(Handle, Length);
        }
    }

    private static void Put(Span<byte> lengths, int place, int value) => BinaryPrimitives.WriteInt32LittleEndian(lengths[(place * sizeof(int))..], value);

    private static int Get(ReadOnlySpan<byte> lengths, int place) => BinaryPrimitives.ReadInt32LittleEndian(lengths[(place * sizeof(int))..]);
}

/// <summary>Takes a record of the index.</summary>
internal delegate void RecordReader(ReadOnlySpan<byte> head, StoredChunk chunk);
