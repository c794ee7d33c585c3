using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>Makes records of chunks.</summary>
internal sealed class RecordWriter
{
    private readonly StateWriter _head = new();
    private readonly StateWriter _places = new();

    public StoredChunk Append(SearchFile file, ChunkHead head, TextChunk chunk)
    {
        _head.Clear();
        head.Write(_head);
        _places.Clear();
        chunk.WritePlaces(_places);
        return file.Append(_head.Written, TextSignature.Of(chunk.Text), _places.Written, chunk.Pack(), chunk.Text.Length);
    }
}
