using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Sidecar.ServiceDefaults.Access;

/// <summary>A secret that is only compared, kept as its SHA-256: what is compared has one length and tells nothing by the time it takes.</summary>
public sealed class AccessSecret
{
    /// <summary>The shortest token that is taken, in characters.</summary>
    public const int MinLength = 16;

    /// <summary>The longest.</summary>
    public const int MaxLength = 512;

    private const int RandomBytes = 32;
    private const string Scheme = "Bearer ";

    private readonly byte[] _hash;

    private AccessSecret(byte[] hash)
    {
        _hash = hash;
    }

    /// <summary>The hash in hexadecimal digits, to be stored.</summary>
    public string Hash => Convert.ToHexStringLower(_hash);

    /// <summary>A new secret of 32 random bytes in letters that a URL can carry.</summary>
    /// <param name="prefix">What it begins with, so that people know it when they see it.</param>
    public static string Create(string prefix = "") => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>The secret that is this text.</summary>
    public static AccessSecret Of(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The secret with this stored hash; null when it is none.</summary>
    public static AccessSecret? FromHash(string? hash) =>
        hash?.Length == 2 * SHA256.HashSizeInBytes && hash.All(char.IsAsciiHexDigit)
            ? new AccessSecret(Convert.FromHexString(hash))
            : null;

    /// <summary>Whether a text can be a token: 16 to 512 visible ASCII characters.</summary>
    public static bool IsToken(string text) =>
        text.Length is >= MinLength and <= MaxLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Whether the text is the secret.</summary>
    public bool Is(string? text)
    {
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MaxLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    /// <summary>The token of an <c>Authorization: Bearer</c> header; null without one.</summary>
    public static string? FromHeader(StringValues authorization) =>
        authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
}
