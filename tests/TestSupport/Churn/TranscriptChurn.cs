namespace Sidecar.Tests.TestSupport.Churn;

/// <summary>
/// Other programs at work in a transcript folder: each step does to a random transcript what an agent, an editor, a sync program or a crash does.
/// </summary>
/// <param name="projects">The folder of the project folders.</param>
/// <param name="random">Decides what is done; with a seed of the caller's, so that a failure can be seen again.</param>
public sealed class TranscriptChurn(string projects, Random random)
{
    private const int Projects = 4;
    private const int MostTranscripts = 60;

    private readonly RandomLines _lines = new(random);

    /// <summary>One step; what it did.</summary>
    public string Step()
    {
        var transcripts = Directory.Exists(projects)
            ? Directory.GetFiles(projects, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList()
            : [];
        if (transcripts.Count == 0 || (transcripts.Count < MostTranscripts && random.Next(6) == 0))
        {
            return Create();
        }

        var path = transcripts[random.Next(transcripts.Count)];
        var what = random.Next(12) switch
        {
            0 => Rewrite(path),
            1 => Truncate(path),
            2 => Replace(path),
            3 => ReplaceAlike(path),
            4 => Delete(path),
            5 => AppendTorn(path),
            6 => Move(path),
            7 => Touch(path),
            _ => Append(path),
        };
        return $"{what} {Path.GetRelativePath(projects, path)}";
    }

    private string Create()
    {
        var folder = Directory.CreateDirectory(Path.Combine(projects, $"-nowhere-{random.Next(Projects)}")).FullName;
        var path = Path.Combine(folder, $"{NextId()}.jsonl");
        File.WriteAllBytes(path, _lines.Next(random.Next(6)));
        return $"create {Path.GetRelativePath(projects, path)}";
    }

    private string Append(string path) => Write(path, _lines.Next(1 + random.Next(5)), "append to");

    private string AppendTorn(string path)
    {
        var line = _lines.Next();
        return Write(path, line[..random.Next(line.Length)], "append a torn line to");
    }

    private string Rewrite(string path)
    {
        File.WriteAllBytes(path, _lines.Next(random.Next(8)));
        return "rewrite";
    }

    private string Truncate(string path)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(random.NextInt64(file.Length + 1));
        return "truncate";
    }

    private string Replace(string path)
    {
        var beside = path + ".tmp";
        File.WriteAllBytes(beside, _lines.Next(random.Next(8)));
        File.Move(beside, path, overwrite: true);
        return "replace";
    }

    /// <summary>The same length and modification time, other content: only the file's identity tells.</summary>
    private static string ReplaceAlike(string path)
    {
        var beside = path + ".tmp";
        var content = File.ReadAllBytes(path);
        var end = content.AsSpan().LastIndexOf("fix"u8);
        if (end >= 0)
        {
            "mix"u8.CopyTo(content.AsSpan(end));
        }

        File.WriteAllBytes(beside, content);
        File.SetLastWriteTimeUtc(beside, File.GetLastWriteTimeUtc(path));
        File.Move(beside, path, overwrite: true);
        return "replace by one that looks alike";
    }

    private static string Delete(string path)
    {
        File.Delete(path);
        return "delete";
    }

    private string Move(string path)
    {
        var folder = Directory.CreateDirectory(Path.Combine(projects, $"-nowhere-{random.Next(Projects)}")).FullName;
        File.Move(path, Path.Combine(folder, $"{NextId()}.jsonl"));
        return "rename";
    }

    private string Touch(string path)
    {
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000).AddSeconds(random.Next(1_000_000)));
        return "touch";
    }

    private static string Write(string path, byte[] bytes, string what)
    {
        using var file = File.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(bytes);
        return what;
    }

    private Guid NextId()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
