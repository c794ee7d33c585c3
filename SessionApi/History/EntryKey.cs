using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sidecar.SessionApi.History;

/// <summary>
/// What an entry's <c>uuid</c> is compared by: 16 bytes instead of a string, because a transcript of 500 MB has a hundred thousand of them.
/// </summary>
internal readonly record struct EntryKey(Guid Value)
{
    private const int UuidLength = 36;

    /// <param name="uuid">As it is written, without quotes.</param>
    public static EntryKey Of(ReadOnlySpan<byte> uuid)
    {
        if (uuid.Length == UuidLength && Utf8Parser.TryParse(uuid, out Guid value, out var read) && read == UuidLength)
        {
            return new EntryKey(value);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(uuid, hash);
        return new EntryKey(new Guid(hash[..16]));
    }
}
