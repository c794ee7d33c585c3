using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Sidecar.SessionApi.Ui;

/// <summary>
/// The UI that comes with the server, from the program itself: the files of <c>Ui/Web</c>. It is served when <see cref="UiOptions.Root"/> names no other.
/// </summary>
internal sealed class BuiltInUi
{
    /// <summary>
    /// What its pages may do: nothing but what comes from this server. The text of a transcript may hold anything, so this is the second wall behind
    /// the page's own care (W3C Content Security Policy Level 3).
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Prefix = "Ui/";

    // The paths of its pages, which are all the same document. Others are not found, as a person who mistypes an address should see.
    private static readonly PathString[] Pages = ["/sessions", "/system"];

    private readonly Dictionary<string, Lazy<UiResource>> _files = typeof(BuiltInUi).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(name => "/" + name[Prefix.Length..].Replace('\\', '/'), name => new Lazy<UiResource>(() => UiResource.Read(name)), StringComparer.Ordinal);

    /// <summary>The file for a path; null when there is none.</summary>
    public UiResource? Find(PathString path)
    {
        var name = path.Value is { Length: > 1 } file ? file : "/";
        return _files.TryGetValue(name, out var found) ? found.Value
            : name == "/" || Pages.Any(page => path.StartsWithSegments(page)) ? _files["/" + UiFiles.Index].Value
            : null;
    }
}

/// <summary>One file of the built-in UI.</summary>
/// <param name="Content">As it is.</param>
/// <param name="Compressed">The same in brotli, when that is smaller.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Tag">Names its content.</param>
internal sealed record UiResource(byte[] Content, byte[]? Compressed, string ContentType, EntityTagHeaderValue Tag)
{
    public static UiResource Read(string name)
    {
        using var stream = typeof(UiResource).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(content);
        }

        return new UiResource(
            content,
            compressed.Length < content.Length ? compressed.ToArray() : null,
            UiContentTypes.Of(name),
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\""));
    }
}
