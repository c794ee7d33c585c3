using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Ui;

/// <summary>Finds the file of a built UI for a path, and none outside of its folder.</summary>
internal sealed class UiFiles(IOptions<UiOptions> options)
{
    public const string Index = "index.html";

    private readonly string? _root = options.Value.Root is { Length: > 0 } root ? RealPath.Resolve(root) : null;

    /// <summary>Whether there is a built UI to serve.</summary>
    public bool HasRoot => _root is not null;

    /// <summary>
    /// The file itself; else the index of the folder; else, for a path without an extension, the index of the UI, which has such paths for its own
    /// pages. Null when there is none.
    /// </summary>
    /// <param name="path">As the server has decoded it.</param>
    public string? Find(string path)
    {
        if (_root is null || !IsPlain(path))
        {
            return null;
        }

        var wanted = Path.Combine(_root, path.Trim('/'));
        return Existing(wanted)
            ?? Existing(Path.Combine(wanted, Index))
            ?? (Path.HasExtension(path) ? null : Existing(Path.Combine(_root, Index)));
    }

    // No part that leads up, and none that is hidden: a built UI has neither, and what is hidden in a folder was not meant to be served.
    private static bool IsPlain(string path) =>
        path.AsSpan().IndexOfAny('\0', '\\', ':') < 0 && !path.Contains("/.", StringComparison.Ordinal);

    private string? Existing(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        // A link may lead to another file of the UI, and nowhere else.
        var real = RealPath.Resolve(file);
        return ContainedPath.IsInside(_root!, real) ? real : null;
    }
}
