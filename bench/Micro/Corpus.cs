namespace Sidecar.Micro;

/// <summary>The transcripts of a folder, in memory.</summary>
internal static class Corpus
{
    public static IReadOnlyList<byte[]> Files { get; private set; } = [];

    public static long Bytes => Files.Sum(file => (long)file.Length);

    public static void Load(string folder) =>
        Files = [.. Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <summary>Narrows the corpus to these files.</summary>
    public static void Only(params byte[][] files) => Files = files;
}
