using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>
/// Writes values as few bytes: a number in groups of seven bits, the sign in its lowest bit; a text as its number of bytes plus
/// one and its UTF-8, or 0 for none.
/// </summary>
internal sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    public void Number(long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        var target = _bytes.GetSpan(10);
        var used = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            target[used++] = (byte)(rest | 0x80);
        }

        target[used++] = (byte)rest;
        _bytes.Advance(used);
    }

    public void Flag(bool value) => Number(value ? 1 : 0);

    public void Text(string? value)
    {
        if (value is null)
        {
            Number(0);
            return;
        }

        Number(Encoding.UTF8.GetByteCount(value) + 1L);
        Encoding.UTF8.GetBytes(value, _bytes);
    }

    /// <summary>Ends the state with its checksum.</summary>
    public void Seal()
    {
        var sum = StateChecksum.Of(Written);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), sum);
        _bytes.Advance(sizeof(uint));
    }
}
