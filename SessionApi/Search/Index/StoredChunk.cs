namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// Where a chunk lies in the file of the index. A record there is
/// <code>
/// u32 length  u32 checksum  u32 head  u32 signature  u32 places  u32 packed  u32 text  u32 0   | head | signature | places | packed text
/// </code>
/// with the length of the whole, the checksum of all behind it, and the lengths of the parts, little-endian.
/// </summary>
/// <param name="Position">Of the record in the file.</param>
/// <param name="HeadBytes">Of what tells the session, see <see cref="ChunkHead"/>.</param>
/// <param name="SignatureBytes">Of the signature.</param>
/// <param name="PlacesBytes">Of the places.</param>
/// <param name="PackedBytes">Of the compressed text.</param>
/// <param name="TextBytes">Of the text.</param>
internal readonly record struct StoredChunk(long Position, int HeadBytes, int SignatureBytes, int PlacesBytes, int PackedBytes, int TextBytes)
{
    /// <summary>The lengths and the checksum.</summary>
    public const int FixedBytes = 32;

    public long SignatureAt => Position + FixedBytes + HeadBytes;

    public long PlacesAt => SignatureAt + SignatureBytes;

    public long PackedAt => PlacesAt + PlacesBytes;

    public int RecordBytes => FixedBytes + HeadBytes + SignatureBytes + PlacesBytes + PackedBytes;
}
