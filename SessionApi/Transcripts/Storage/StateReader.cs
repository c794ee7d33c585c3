using System.Buffers.Binary;
using System.Text;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>Reads what <see cref="StateWriter"/> wrote. What does not fit is an <see cref="InvalidDataException"/>.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> state, SharedTexts shared)
{
    private ReadOnlySpan<byte> _rest = state;

    /// <summary>Whether all was read, no more and no less.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The state without its checksum; false when the checksum says that this is not what was written.</summary>
    public static bool TryUnseal(ReadOnlySpan<byte> state, out ReadOnlySpan<byte> contents)
    {
        contents = state.Length > sizeof(uint) ? state[..^sizeof(uint)] : default;
        return !contents.IsEmpty && BinaryPrimitives.ReadUInt32LittleEndian(state[^sizeof(uint)..]) == StateChecksum.Of(contents);
    }

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new InvalidDataException("A number is longer than any number.");
    }

    public bool Flag() => Number() != 0;

    public string? Text() => Number() is var length && length != 0 ? Encoding.UTF8.GetString(Take(length - 1)) : null;

    /// <summary>A text that many states have in common.</summary>
    public string? SharedText() => Number() is var length && length != 0 ? shared.Get(Take(length - 1)) : null;

    private ReadOnlySpan<byte> Take(long bytes)
    {
        if (bytes < 0 || bytes > _rest.Length)
        {
            throw new InvalidDataException("The state ends too early.");
        }

        var taken = _rest[..(int)bytes];
        _rest = _rest[(int)bytes..];
        return taken;
    }
}
